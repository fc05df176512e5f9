import LinearAlgebra

/// One label against the rest: the sign of each sample and what its miss costs.
struct BinaryProblem: Sendable {
    let label: Int
    /// n values, −1 or 1.
    let signs: [Double]
    /// n values, above 0: C times the weight of the sample's class.
    let costs: [Double]

    init(label: Int, signs: [Double], costs: [Double]) {
        self.label = label
        self.signs = signs
        self.costs = costs
    }

    init(truth: LabelMatrix, label: Int, c: Double, classWeight: ClassWeight) {
        self.label = label
        let column = truth.column(label)
        let sides = classWeight.weights(positives: column.count { $0 == 1 }, of: truth.rows)
        signs = column.map { $0 == 1 ? 1 : -1 }
        costs = column.map { c * ($0 == 1 ? sides.positive : sides.negative) }
    }
}

/// What a dual solver finds for one label.
struct DualSolution: Sendable {
    /// n values, yᵢαᵢ.
    var coefficients: [Double]
    var intercept: Double
    var converged: Bool
}
