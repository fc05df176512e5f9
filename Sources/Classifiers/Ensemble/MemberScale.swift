extension Member {
    /// What a classifier's decision values are, before they are calibrated.
    public enum Scale: Sendable {
        /// Even odds at 0: log odds, and distances from a separating surface.
        case odds
        /// Shares of a vote, 0…1, in which no value stands for even odds.
        case share
        /// Distances below and above a plane that the samples with a label lie on, in which no value stands for even
        /// odds either.
        case distance
    }
}

extension Member.Parameters {
    /// What the decision values of the classifier are.
    public var scale: Member.Scale {
        switch self {
        case .mlaram: .share
        case .mltsvm: .distance
        case .binaryRelevance, .multiLabelSVM: .odds
        }
    }
}

extension CalibrationMethod {
    /// The curve that the method means for decision values of a scale.
    ///
    /// Temperature keeps even odds where they are, which shares and distances do not have: at 0 it would give every share
    /// above it a probability above one half. Those take Platt's curve, which finds the place itself.
    func applicable(to scale: Member.Scale) -> CalibrationMethod {
        self == .temperature && scale != .odds ? .platt : self
    }
}
