import Classifiers
import LinearAlgebra

/// Whether a picture is an ECG like those of training, and shows enough of it.
///
/// `not_an_ecg` is said of a picture whose features are further from those of training (`FeatureNovelty`) or whose
/// trace is less like a drawn line (`TraceLimits`) than all but a promised share of training pictures, half of the
/// share for each of the two; `poor_quality` where the trace is more broken, cut off or covered than all but the same
/// share. The bounds come from training pictures that were held out of what they are measured by, so that the share
/// holds for new pictures of the same kind.
public struct OutOfDistributionCheck: Equatable, Sendable {
    let novelty: FeatureNovelty
    /// Nil for a model that was trained on a feature file.
    let traces: TraceLimits?
    let bounds: Bounds

    /// What is ordinary: scores up to these.
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

    /// What speaks against believing an answer: n lists.
    ///
    /// - Parameters:
    ///   - features: n × d, as the extractor gives them.
    ///   - traces: n × S; nil where the features did not come from pictures.
    func findings(features: Matrix<Float>, traces: Matrix<Float>?) -> [[Reason]] {
        Self.findings(measures(features: features, traces: traces), bounds)
    }

    private func measures(features: Matrix<Float>, traces: Matrix<Float>?) -> Measures {
        var trace: TraceLimits.Scores?
        if let limits = self.traces, let traces { trace = limits.scores(traces) }
        return Measures(distance: novelty.distances(features), trace: trace)
    }

    private static func findings(_ measures: Measures, _ bounds: Bounds) -> [[Reason]] {
        measures.distance.indices.map { row in
            var reasons: [Reason] = []
            let isUndrawn = measures.trace.map { $0.undrawn[row] > bounds.undrawn } ?? false
            if measures.distance[row] > bounds.distance || isUndrawn { reasons.append(.notAnECG) }
            if let trace = measures.trace, trace.poor[row] > bounds.poor { reasons.append(.poorQuality) }
            return reasons
        }
    }
}

extension OutOfDistributionCheck {
    /// The rows that the bounds come from, as `Ensemble.TuningRows` has them.
    package enum CalibrationRows {
        case validation(features: Matrix<Float>, traces: Matrix<Float>?, folds: [Int])
        case crossFit(folds: [Int])
    }

    package struct Fit: Sendable {
        package let check: OutOfDistributionCheck
        /// Findings for the held rows, by references and bounds that have not seen the row.
        package let findings: [[Reason]]
    }

    /// Fewer held rows than this give no bound worth the name.
    static let leastRows = 30

    /// Fits the references on all rows, and the bounds on held rows.
    ///
    /// - Parameters:
    ///   - features: n × d, as the extractor gives them.
    ///   - traces: n × S, or nil.
    ///   - falseAlarms: the promised share, above 0 and under 1.
    /// - Returns: nil for too few rows.
    package static func fit(
        features: Matrix<Float>, traces: Matrix<Float>?, calibration: CalibrationRows, falseAlarms: Double, seed: UInt64
    ) -> Fit? {
        func reference(_ rows: [Int]?) -> (FeatureNovelty, TraceLimits?) {
            let chosen = rows.map { features.selecting(rows: $0) } ?? features
            let chosenTraces = rows.map { rows in traces.map { $0.selecting(rows: rows) } } ?? traces
            return (FeatureNovelty(fitting: chosen, seed: seed), chosenTraces.map { TraceLimits(fitting: $0) })
        }
        let none = Bounds(distance: .infinity, undrawn: .infinity, poor: .infinity)
        let whole = reference(nil)
        let folds: [Int]
        var measures: Measures
        switch calibration {
        case .validation(let heldFeatures, let heldTraces, let given):
            folds = given
            measures = OutOfDistributionCheck(novelty: whole.0, traces: whole.1, bounds: none)
                .measures(features: heldFeatures, traces: heldTraces)
        case .crossFit(let given):
            folds = given
            let empty = [Double](repeating: 0, count: features.rows)
            measures = Measures(distance: empty, trace: traces.map { _ in .init(undrawn: empty, poor: empty) })
            for fold in Set(folds).sorted() {
                let inside = folds.indices.filter { folds[$0] != fold }
                let outside = folds.indices.filter { folds[$0] == fold }
                guard !inside.isEmpty else { return nil }
                let (novelty, limits) = reference(inside)
                let found = OutOfDistributionCheck(novelty: novelty, traces: limits, bounds: none).measures(
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
        guard measures.distance.count >= leastRows else { return nil }
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
                novelty: whole.0, traces: whole.1, bounds: bounds(measures, falseAlarms: falseAlarms)),
            findings: findings)
    }

    /// What a reader must know of bounds from `rows` held rows.
    package static func warnings(rows: Int, falseAlarms: Double) -> [String] {
        // Half of the false alarms is for each of two bounds.
        let needed = Int((2 / falseAlarms).rounded(.up)) - 1
        if rows < leastRows {
            return [
                "\(rows) tuning rows are too few to know what pictures are no ECG (\(leastRows) are needed): the model "
                    + "answers for any picture"
            ]
        }
        guard rows < needed else { return [] }
        return [
            "\(rows) tuning rows set the bounds for pictures that are no ECG, and \(needed) are needed to promise false "
                + "alarms in a share of \(falseAlarms) of pictures: there may be more"
        ]
    }

    private static func bounds(_ measures: Measures, falseAlarms: Double) -> Bounds {
        Bounds(
            distance: AlarmBound.bound(
                of: measures.distance, falseAlarms: measures.trace == nil ? falseAlarms : falseAlarms / 2),
            undrawn: measures.trace.map {
                max(1, AlarmBound.bound(of: $0.undrawn, falseAlarms: falseAlarms / 2))
            } ?? 1,
            poor: measures.trace.map { max(1, AlarmBound.bound(of: $0.poor, falseAlarms: falseAlarms)) } ?? 1)
    }
}
