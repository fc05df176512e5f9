import ClassificationMetrics
import Foundation
import LinearAlgebra

/// A finished run's numbers and curves for TensorBoard.
///
/// Numbers stand at step 0. A curve has its horizontal axis as steps, in thousandths: `roc/N` is the true positive rate
/// at each thousandth of false positive rate, `precision_recall/N` the precision at each thousandth of recall.
enum TensorBoardCurves {
    /// Points of a curve beside both ends: enough for the eye, few enough for a quick page.
    private static let points = 100

    /// - Returns: the folder, `tensorboard/` in the run's, which is made anew.
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

    /// TensorBoard groups by what stands before the first slash: `per_label.N.f1` becomes `per_label/N/f1`.
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
                // Recall falls along the curve; TensorBoard's steps rise.
                let (recall, precision) = (Array(curve.recall.reversed()), Array(curve.precision.reversed()))
                list.append(("precision_recall/\(code)", sampled(x: recall, y: precision, interpolating: false)))
            }
            return list
        }
    }

    /// The curve at 0, 1/points … 1: the highest `y` of the corners at that `x`; between corners on the line or, as
    /// there is no line between two precisions, that of the next corner.
    ///
    /// - Parameters:
    ///   - x: ascending, from 0 to 1.
    ///   - y: as many.
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
