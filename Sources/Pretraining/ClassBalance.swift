import LinearAlgebra

/// How often the pictures of a class are drawn.
public enum ClassSampling: String, CaseIterable, Sendable {
    case natural, sqrt, uniform

    /// A class's share of an epoch grows with this power of its size.
    var exponent: Double {
        switch self {
        case .natural: 1
        case .sqrt: 0.5
        case .uniform: 0
        }
    }
}

/// What a positive counts in the loss.
public enum PositiveWeight: String, CaseIterable, Sendable {
    case none, sqrt, balanced

    /// For each label the inverse of the share that it has of what is drawn, in ratio to the mean share; or the root of
    /// that.
    ///
    /// - Parameter shares: of the drawn pictures with each label, 0…1.
    func weights(shares: [Double]) -> [Float] {
        let present = shares.filter { $0 > 0 }
        let mean = present.reduce(0, +) / Double(max(present.count, 1))
        return shares.map { share in
            guard share > 0 else { return 1 }
            switch self {
            case .none: return 1
            case .sqrt: return Float((mean / share).squareRoot())
            case .balanced: return Float(mean / share)
            }
        }
    }
}
