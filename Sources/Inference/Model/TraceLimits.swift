import Classifiers
import Imaging
import LinearAlgebra

/// The accepted range of a picture's trace statistics, from the training pictures.
///
/// A deviation is a statistic's distance from the training median, divided by the distance of the 99th (1st) percentile
/// from the median. A tolerance replaces the divisor if training varies less, so that a training set with uniform
/// margins or lines does not reject all other margins or lines. A picture's score is its largest deviation. Only scores
/// above 1 count.
struct TraceLimits: Equatable, Sendable {
    /// The 1st percentile, median and 99th percentile of the training pictures, S values each.
    let low: [Double]
    let middle: [Double]
    let high: [Double]

    /// The two scores of n pictures.
    struct Scores: Sendable {
        /// The difference from a drawn line: areas, text, texture.
        var undrawn: [Double]
        /// The degree to which the trace is missing, broken, cut off or hidden by specks.
        var poor: [Double]
    }

    private struct Deviation {
        let statistic: String
        var isAbove = true
        /// The smallest divisor, in the statistic's unit.
        var tolerance = 0.0
        /// The smallest divisor, as a share of the median.
        var relative = 0.0
    }

    private static let undrawn = [
        // A thicker pen draws the same ECG.
        Deviation(statistic: "ink_fraction", tolerance: 0.03, relative: 1.5),
        Deviation(statistic: "haze_fraction", tolerance: 0.03),
        Deviation(statistic: "column_crossings", tolerance: 0.5), Deviation(statistic: "row_crossings", tolerance: 2),
        Deviation(statistic: "stroke_width", relative: 1.5), Deviation(statistic: "pieces", tolerance: 10),
        Deviation(statistic: "filled_fraction", tolerance: 0.15),
    ]

    private static let poor = [
        // A thinner pen draws the same ECG. The statistics below detect missing parts of a line.
        Deviation(statistic: "ink_fraction", isAbove: false, relative: 0.8),
        // Margins differ between programs.
        Deviation(statistic: "width", isAbove: false, relative: 0.3),
        Deviation(statistic: "column_coverage", isAbove: false, tolerance: 0.03),
        Deviation(statistic: "largest_piece", isAbove: false, tolerance: 0.1),
        Deviation(statistic: "speck_fraction", tolerance: 0.02),
        Deviation(statistic: "border_fraction", tolerance: 0.01),
    ]

    /// - Precondition: There are S values each.
    init(low: [Double], middle: [Double], high: [Double]) {
        let count = TraceStatistics.names.count
        precondition(low.count == count && middle.count == count && high.count == count, "expected \(count) limits")
        self.low = low
        self.middle = middle
        self.high = high
    }

    /// - Parameter traces: n × S, n ≥ 1.
    init(fitting traces: Matrix<Float>) {
        let columns = (0 ..< traces.columns).map { traces.column($0).sorted() }
        func percentile(_ part: Double) -> [Double] {
            columns.map { Double($0[Int((part * Double($0.count - 1)).rounded())]) }
        }
        self.init(low: percentile(0.01), middle: percentile(0.5), high: percentile(0.99))
    }

    /// - Parameter traces: n × S.
    func scores(_ traces: Matrix<Float>) -> Scores {
        let rows = (0 ..< traces.rows).map { traces.row($0).map(Double.init) }
        return Scores(undrawn: rows.map { worst($0, Self.undrawn) }, poor: rows.map { worst($0, Self.poor) })
    }

    private func worst(_ values: [Double], _ deviations: [Deviation]) -> Double {
        deviations.reduce(0) { worst, deviation in
            let place = Self.places[deviation.statistic]!
            let tolerance = max(deviation.tolerance, deviation.relative * middle[place])
            let score =
                deviation.isAbove
                ? (values[place] - middle[place]) / max(high[place] - middle[place], tolerance)
                : (middle[place] - values[place]) / max(middle[place] - low[place], tolerance)
            // 0/0: a median of 0 without tolerance has no values below it.
            return score.isNaN ? worst : max(worst, score)
        }
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: zip(TraceStatistics.names, TraceStatistics.names.indices))
}
