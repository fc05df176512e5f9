import ClassificationMetrics
import Foundation
import LinearAlgebra

/// Writes a finished run's metrics and curves for TensorBoard.
///
/// Metrics are at step 0. The steps of a curve are thousandths of its horizontal axis: `roc/N` is the true positive
/// rate by false positive rate, `precision_recall/N` the precision by recall.
enum TensorBoardCurves {
    /// The number of intervals per curve: enough detail for a plot, and fast to load.
    private static let points = 100

    /// - Returns: The folder `tensorboard/` in the run's folder. It replaces an existing one.
    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`.
    static func write(_ record: RunRecord) throws -> String {
        let folder = "\(record.folder.path)/tensorboard"
        try? FileManager.default.removeItem(atPath: folder)
        let table = try PredictionTable(contentsOf: record.folder[.predictions])
        let events = try TensorBoardEvents(folder: folder, start: record.start)
        try events.add(record.metrics.map { (tag(of: $0.name), $0.value) }, step: 0, at: record.end)
        let curves = curves(of: table)
        for point in 0 ... points {
            let values = curves.map { (tag: $0.tag, value: $0.values[point]) }
            guard !values.isEmpty else { break }
            try events.add(values, step: point * 1000 / points, at: record.end)
        }
        return folder
    }

    /// Returns the tag of a metric. TensorBoard groups by the first path component: `per_label.N.f1` becomes
    /// `per_label/N/f1`.
    static func tag(of metric: String) -> String {
        metric.contains(".") ? metric.replacingOccurrences(of: ".", with: "/") : "metrics/\(metric)"
    }

    private static func curves(of table: PredictionTable) -> [(tag: String, values: [Double])] {
        table.codes.enumerated().flatMap { label, code -> [(tag: String, values: [Double])] in
            let (truth, scores) = (table.truth.column(label), table.scores.column(label))
            var list: [(tag: String, values: [Double])] = []
            if let roc = ROCCurve(truth: truth, scores: scores) {
                list.append(("roc/\(code)", sampled(x: roc.falsePositiveRate, y: roc.truePositiveRate)))
            }
            if let curve = PrecisionRecallCurve(truth: truth, scores: scores, dropIntermediate: false) {
                // Recall decreases along the curve, but TensorBoard's steps increase.
                let (recall, precision) = (Array(curve.recall.reversed()), Array(curve.precision.reversed()))
                list.append(("precision_recall/\(code)", sampled(x: recall, y: precision, interpolating: false)))
            }
            return list
        }
    }

    /// Samples the curve at 0, 1/points … 1, with the highest `y` at equal `x`.
    ///
    /// Values between corners are interpolated linearly. Precision is not: it is that of the next corner.
    ///
    /// - Parameters:
    ///   - x: Ascending, from 0 to 1.
    ///   - y: As many values as `x`.
    static func sampled(x: [Double], y: [Double], interpolating: Bool = true) -> [Double] {
        (0 ... points).map { step in
            let place = Double(step) / Double(points)
            let after = x.firstIndex { $0 >= place } ?? x.count - 1
            if !interpolating || after == 0 || x[after] == place {
                return x.indices.lazy.filter { x[$0] == x[after] }.map { y[$0] }.max() ?? y[after]
            }
            let share = (place - x[after - 1]) / (x[after] - x[after - 1])
            return y[after - 1] + share * (y[after] - y[after - 1])
        }
    }
}
