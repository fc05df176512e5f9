import LinearAlgebra

/// The sampling rate of each class in an epoch.
public enum ClassSampling: String, CaseIterable, Sendable {
    case natural, sqrt, uniform

    /// The exponent e: a class of n pictures gets a share of the epoch proportional to nᵉ.
    var exponent: Double {
        switch self {
        case .natural: 1
        case .sqrt: 0.5
        case .uniform: 0
        }
    }
}

/// The weight of positive targets in the loss.
public enum PositiveWeight: String, CaseIterable, Sendable {
    case none, sqrt, balanced

    /// Returns one weight per label: mean share / share (`balanced`), its square root (`sqrt`), or 1 (`none`).
    ///
    /// Labels without pictures get 1 and do not count in the mean.
    ///
    /// - Parameter shares: L values, the share of sampled pictures that have each label, 0…1.
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
