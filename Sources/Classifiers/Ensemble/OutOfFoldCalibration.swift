import LinearAlgebra

/// Steps of the fit that use the calibration set a second time, and therefore out of fold.
extension EnsembleCalibration {
    /// Returns the probabilities of a stack for the calibration set. The calibrators and the stack that score a fold
    /// are fitted on the other folds.
    ///
    /// - Returns: nil if there are fewer than two folds.
    static func outOfFoldStackScores(
        _ values: [Matrix<Double>], _ truth: LabelMatrix, _ folds: [Int]?, _ parameters: Parameters,
        _ scales: [DecisionScale]?
    ) -> Matrix<Double>? {
        let pieces = pieces(of: folds)
        guard !pieces.isEmpty else { return nil }
        var result = Matrix<Double>(rows: truth.rows, columns: truth.columns)
        for (inside, outside) in pieces {
            let labels = truth.selecting(rows: inside)
            let calibrations = calibrations(values.map { $0.selecting(rows: inside) }, labels, parameters, scales)
            func calibrated(_ rows: [Int]) -> [Matrix<Double>] {
                zip(calibrations, values).map { $0.probabilities($1.selecting(rows: rows)) }
            }
            let stack = LabelStack.fit(memberScores: calibrated(inside), truth: labels)
            result.replace(rows: outside, with: stack.probabilities(calibrated(outside)))
        }
        return result
    }

    /// Returns the best choice for each label, out of fold.
    static func choices(
        _ values: [Matrix<Double>], _ truth: LabelMatrix, _ folds: [Int]?, _ parameters: Parameters,
        _ scales: [DecisionScale]?
    ) -> [LabelChoice] {
        let choices = LabelChoice.all(members: values.count)
        var stacked = parameters
        stacked.vote = .stacked
        let pieces = pieces(of: folds)
        let all = Array(0 ..< truth.rows)
        var decisions = choices.map { _ in LabelMatrix(rows: truth.rows, columns: truth.columns) }
        for (inside, outside) in pieces.isEmpty ? [(all, all)] : pieces {
            let calibration = fit(
                decisionValues: values.map { $0.selecting(rows: inside) }, truth: truth.selecting(rows: inside),
                parameters: stacked, scales: scales, folds: folds.map { folds in inside.map { folds[$0] } })
            let scores = zip(calibration.calibrations, values).map { $0.probabilities($1.selecting(rows: outside)) }
            for (index, choice) in choices.enumerated() {
                decisions[index].replace(rows: outside, with: calibration.decision(by: choice, scores))
            }
        }
        return LabelChoice.best(of: choices, decisions: decisions, truth: truth, goal: parameters.choice)
    }

    /// Returns the rows outside and inside of each fold; none if there are fewer than two folds.
    private static func pieces(of folds: [Int]?) -> [(inside: [Int], outside: [Int])] {
        let folds = folds ?? []
        let names = Set(folds).sorted()
        guard names.count > 1 else { return [] }
        return names.map { name in
            (folds.indices.filter { folds[$0] != name }, folds.indices.filter { folds[$0] == name })
        }
    }
}
