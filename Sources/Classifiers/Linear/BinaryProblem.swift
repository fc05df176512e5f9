import LinearAlgebra

/// The problem of one label against the rest: the sign and the cost of each sample.
struct BinaryProblem: Sendable {
    let label: Int
    /// n values, −1 or 1.
    let signs: [Double]
    /// n values, above 0: C times the weight of the class of the sample.
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

/// The solution of a dual solver for one label.
struct DualSolution: Sendable {
    /// n values, yᵢαᵢ.
    var coefficients: [Double]
    var intercept: Double
    var converged: Bool
}
