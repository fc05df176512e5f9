import Classifiers
import LinearAlgebra

/// Checks whether a picture is an ECG like the training pictures, and whether its quality is sufficient.
///
/// Where only the features are known, `out_of_distribution` marks those too far from training.
/// `not_an_ecg` marks a picture whose features are too far from training (`MahalanobisDistance`) or whose trace differs too
/// much from a drawn line (`TraceLimits`). `poor_quality` marks a trace that is broken, cut off or covered. Each bound
/// is a conformal quantile at the chosen false alarm rate. The two `not_an_ecg` bounds get half of the rate each.
/// The quantiles come from rows that were held out of the references, so that the rate holds for new pictures of the
/// same distribution.
public struct OutOfDistributionCheck: Equatable, Sendable {
    let featureDistance: MahalanobisDistance
    /// The limits of the trace statistics; nil for a model that was trained on a feature file.
    let traces: TraceLimits?
    let bounds: Bounds

    /// The highest scores that are accepted.
    struct Bounds: Equatable, Sendable, Codable {
        var distance: Double
        var undrawn: Double
        var poor: Double
    }

    /// The scores of n pictures.
    struct Measures: Sendable {
        var distance: [Double]
        var trace: TraceLimits.Scores?

        func selecting(_ rows: [Int]) -> Measures {
            Measures(
                distance: rows.map { distance[$0] },
                trace: trace.map { trace in
                    TraceLimits.Scores(
                        undrawn: rows.map { trace.undrawn[$0] }, poor: rows.map { trace.poor[$0] })
                })
        }
    }

    /// Returns the reasons to distrust the prediction of each row, as n lists.
    ///
    /// - Parameters:
    ///   - features: n × d, from the extractor.
    ///   - traces: n × S; nil if the features did not come from pictures.
    func findings(features: Matrix<Float>, traces: Matrix<Float>?) -> [[Reason]] {
        Self.findings(measures(features: features, traces: traces), bounds)
    }

    private func measures(features: Matrix<Float>, traces: Matrix<Float>?) -> Measures {
        var trace: TraceLimits.Scores?
        if let limits = self.traces, let traces { trace = limits.scores(traces) }
        return Measures(distance: featureDistance.distances(features), trace: trace)
    }

    private static func findings(_ measures: Measures, _ bounds: Bounds) -> [[Reason]] {
        measures.distance.indices.map { row in
            var reasons: [Reason] = []
            let isUndrawn = measures.trace.map { $0.undrawn[row] > bounds.undrawn } ?? false
            if measures.distance[row] > bounds.distance || isUndrawn {
                reasons.append(measures.trace == nil ? .outOfDistribution : .notAnECG)
            }
            if let trace = measures.trace, trace.poor[row] > bounds.poor { reasons.append(.poorQuality) }
            return reasons
        }
    }
}

extension OutOfDistributionCheck {
    /// The rows that determine the bounds, as in `Ensemble.CalibrationSet`.
    package enum CalibrationRows {
        case validation(features: Matrix<Float>, traces: Matrix<Float>?, folds: [Int])
        case crossFit(folds: [Int])
    }

    package struct Fit: Sendable {
        package let check: OutOfDistributionCheck
        /// Out-of-fold findings for the calibration rows: references and bounds are fitted without the row.
        package let findings: [[Reason]]
    }

    /// The minimum number of calibration rows.
    static let minimumRows = 30

    /// Fits the references on all rows and the bounds on calibration rows.
    ///
    /// - Parameters:
    ///   - features: n × d, from the extractor.
    ///   - traces: n × S, or nil.
    ///   - falseAlarms: The nominal false alarm rate, in (0, 1).
    /// - Returns: The check, or nil for too few rows.
    package static func fit(
        features: Matrix<Float>, traces: Matrix<Float>?, calibration: CalibrationRows, falseAlarms: Double, seed: UInt64
    ) -> Fit? {
        func reference(_ rows: [Int]?) -> (MahalanobisDistance, TraceLimits?) {
            let chosen = rows.map { features.selecting(rows: $0) } ?? features
            let chosenTraces = rows.map { rows in traces.map { $0.selecting(rows: rows) } } ?? traces
            return (MahalanobisDistance(fitting: chosen, seed: seed), chosenTraces.map { TraceLimits(fitting: $0) })
        }
        let none = Bounds(distance: .infinity, undrawn: .infinity, poor: .infinity)
        let whole = reference(nil)
        let folds: [Int]
        var measures: Measures
        switch calibration {
        case .validation(let heldFeatures, let heldTraces, let given):
            folds = given
            measures = OutOfDistributionCheck(featureDistance: whole.0, traces: whole.1, bounds: none)
                .measures(features: heldFeatures, traces: heldTraces)
        case .crossFit(let given):
            folds = given
            let empty = [Double](repeating: 0, count: features.rows)
            measures = Measures(distance: empty, trace: traces.map { _ in .init(undrawn: empty, poor: empty) })
            for fold in Set(folds).sorted() {
                let inside = folds.indices.filter { folds[$0] != fold }
                let outside = folds.indices.filter { folds[$0] == fold }
                guard !inside.isEmpty else { return nil }
                let (featureDistance, limits) = reference(inside)
                let found = OutOfDistributionCheck(featureDistance: featureDistance, traces: limits, bounds: none)
                    .measures(
                        features: features.selecting(rows: outside), traces: traces.map { $0.selecting(rows: outside) })
                for (index, row) in outside.enumerated() {
                    measures.distance[row] = found.distance[index]
                    if let trace = found.trace {
                        measures.trace!.undrawn[row] = trace.undrawn[index]
                        measures.trace!.poor[row] = trace.poor[index]
                    }
                }
            }
        }
        guard measures.distance.count >= minimumRows else { return nil }
        var findings = [[Reason]](repeating: [], count: folds.count)
        for fold in Set(folds).sorted() {
            let others = folds.indices.filter { folds[$0] != fold }
            let outside = folds.indices.filter { folds[$0] == fold }
            guard !others.isEmpty else { continue }
            let bounds = bounds(measures.selecting(others), falseAlarms: falseAlarms)
            for (row, reasons) in zip(outside, Self.findings(measures.selecting(outside), bounds)) {
                findings[row] = reasons
            }
        }
        return Fit(
            check: OutOfDistributionCheck(
                featureDistance: whole.0, traces: whole.1, bounds: bounds(measures, falseAlarms: falseAlarms)),
            findings: findings)
    }

    /// Returns warnings about bounds that come from `rows` calibration rows.
    package static func warnings(rows: Int, falseAlarms: Double) -> [ResultWarning] {
        // Each of the two `not_an_ecg` bounds gets half of the false alarm rate.
        let needed = Int((2 / falseAlarms).rounded(.up)) - 1
        if rows < minimumRows {
            return [.noOutOfDistributionCheck(rows: rows, needed: minimumRows)]
        }
        return rows < needed ? [.fewOutOfDistributionRows(rows, needed: needed, falseAlarms: falseAlarms)] : []
    }

    private static func bounds(_ measures: Measures, falseAlarms: Double) -> Bounds {
        Bounds(
            distance: conformalQuantile(
                of: measures.distance, alpha: measures.trace == nil ? falseAlarms : falseAlarms / 2),
            undrawn: measures.trace.map {
                max(1, conformalQuantile(of: $0.undrawn, alpha: falseAlarms / 2))
            } ?? 1,
            poor: measures.trace.map { max(1, conformalQuantile(of: $0.poor, alpha: falseAlarms)) } ?? 1)
    }
}
