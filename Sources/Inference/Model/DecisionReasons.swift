import Classifiers
import LinearAlgebra

/// The reasons to distrust the predictions of n rows, and the conformal sets of the rows.
package struct DecisionReasons: Sendable {
    /// n lists of reasons.
    let findings: [[Reason]]
    /// n conformal predictors, each fitted without the row; nil without conformal prediction.
    let conformal: [ConformalLabels]?

    package init(findings: [[Reason]], conformal: [ConformalLabels]?) {
        precondition(conformal.map { $0.count == findings.count } ?? true, "there must be one bound per row")
        self.findings = findings
        self.conformal = conformal
    }

    /// Checks rows that the model was not fitted on.
    ///
    /// - Parameter known: reasons that are known before, one list per row; nil for none.
    package init(
        of features: Matrix<Float>, traces: Matrix<Float>?, known: [[Reason]]? = nil, by model: TrainedModel
    ) {
        let found = model.outOfDistributionCheck?.findings(
            features: model.ensemble.preparation.filled(features), traces: traces)
        self.init(
            findings: (0 ..< features.rows).map { (known?[$0] ?? []) + (found?[$0] ?? []) },
            conformal: model.policy.conformal.map { Array(repeating: $0, count: features.rows) })
    }

    /// Decides each row by the policy with the row's own conformal bounds.
    package func decide(_ scores: EnsembleScores, by policy: UncertaintyPolicy) -> [Decision] {
        precondition(
            scores.scores.rows == findings.count, "\(findings.count) rows of reasons, \(scores.scores.rows) of scores")
        return findings.indices.map { row in
            var policy = policy
            if policy.conformal != nil, let conformal { policy.conformal = conformal[row] }
            return policy.decide(
                scores: scores.scores.row(row), decided: scores.decision.row(row),
                memberScores: scores.memberScores.map { Array($0.row(row)) }, findings: findings[row])
        }
    }

    /// Returns the conformal sets of the rows; nil without conformal prediction.
    package func answers(_ scores: Matrix<Double>) -> [[ConformalAnswer]]? {
        conformal?.enumerated().map { row, bounds in
            (0 ..< scores.columns).map { bounds.answer(label: $0, score: scores[row, $0]) }
        }
    }
}
