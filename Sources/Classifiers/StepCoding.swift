import LinearAlgebra

/// Codes each measurement as soft steps at quantiles of its training values.
///
/// Step k of a value x is (x − t) / w + ½ within 0…1: 0 well below the threshold t, 1 well above it, and a ramp of the
/// width w between. Seven steps let a linear classifier use a measurement that is normal in its middle, and an outlier
/// moves no step beyond 1. A missing value (NaN) has the mean of the training values in each of its steps, so that it
/// adds nothing to a standardized classifier.
public struct StepCoding: Sendable, Equatable {
    /// Quantiles at which steps are placed: k / 8.
    public static let stepCount = 7
    /// The narrowest ramp, in the measurement's unit.
    private static let narrowest = 1e-4

    /// Thresholds of each measurement, ascending; fewer than seven where quantiles are equal, none for a constant.
    public let thresholds: [[Double]]
    /// The widths of the ramps, one per threshold, above 0.
    public let widths: [[Double]]
    /// The mean code of the training values, one per threshold: the code of a missing value.
    public let means: [[Double]]

    /// - Precondition: the same numbers everywhere; widths are above 0.
    public init(thresholds: [[Double]], widths: [[Double]], means: [[Double]]) {
        precondition(
            thresholds.map(\.count) == widths.map(\.count) && thresholds.map(\.count) == means.map(\.count),
            "thresholds, widths and means of different numbers")
        precondition(widths.joined().allSatisfy { $0 > 0 }, "widths must be above 0")
        (self.thresholds, self.widths, self.means) = (thresholds, widths, means)
    }

    /// Places the steps.
    ///
    /// - Parameters:
    ///   - measurements: n × at least d; NaN where a value is missing. A column without a value has no steps.
    ///   - count: d, the number of measurements; nil codes all columns.
    public init(fitting measurements: Matrix<Float>, count: Int? = nil) {
        var (thresholds, widths, means): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
        for column in 0 ..< (count ?? measurements.columns) {
            let values = measurements.column(column).map(Double.init).filter(\.isFinite).sorted()
            var places: [Double] = []
            for step in 1 ... Self.stepCount where !values.isEmpty {
                let quantile = Self.quantile(values, share: Double(step) / Double(Self.stepCount + 1))
                if places.last.map({ quantile > $0 }) ?? true { places.append(quantile) }
            }
            if values.first == values.last { places = [] }
            let ramps = Self.widths(places)
            thresholds.append(places)
            widths.append(ramps)
            means.append(
                zip(places, ramps).map { place, width in
                    values.reduce(0) { $0 + Self.code($1, place, width) } / Double(values.count)
                })
        }
        self.init(thresholds: thresholds, widths: widths, means: means)
    }

    /// Measurements, d.
    public var inputCount: Int { thresholds.count }
    /// Steps of all measurements.
    public var outputCount: Int { thresholds.reduce(0) { $0 + $1.count } }

    /// The measurement that each step codes: `outputCount` indices, ascending.
    public var sources: [Int] { thresholds.enumerated().flatMap { index, places in places.map { _ in index } } }

    /// About the median of each measurement's training values: the threshold whose mean code is nearest to ½; nil for a
    /// constant.
    public var medians: [Double?] {
        zip(thresholds, means).map { places, codes in
            codes.indices.min { abs(codes[$0] - 0.5) < abs(codes[$1] - 0.5) }.map { places[$0] }
        }
    }

    /// Returns n × `outputCount` codes of 0…1.
    ///
    /// - Parameter measurements: n × at least d; NaN where a value is missing. Further columns are not used.
    public func coded(_ measurements: Matrix<Float>) -> Matrix<Float> {
        precondition(measurements.columns >= inputCount, "\(measurements.columns) measurements, not \(inputCount)")
        var values: [Float] = []
        values.reserveCapacity(measurements.rows * outputCount)
        for row in 0 ..< measurements.rows {
            for column in 0 ..< inputCount {
                let value = Double(measurements[row, column])
                for step in thresholds[column].indices {
                    values.append(
                        Float(
                            value.isFinite
                                ? Self.code(value, thresholds[column][step], widths[column][step])
                                : means[column][step]))
                }
            }
        }
        return Matrix(rows: measurements.rows, columns: outputCount, values: values)
    }

    private static func code(_ value: Double, _ threshold: Double, _ width: Double) -> Double {
        min(max((value - threshold) / width + 0.5, 0), 1)
    }

    /// The linearly interpolated quantile of sorted values.
    private static func quantile(_ sorted: [Double], share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let left = Int(place)
        let right = min(left + 1, sorted.count - 1)
        return sorted[left] + (place - Double(left)) * (sorted[right] - sorted[left])
    }

    /// Half of the distance between the neighbors of each threshold, at the ends the distance to the only neighbor.
    private static func widths(_ places: [Double]) -> [Double] {
        places.indices.map { index in
            guard places.count > 1 else { return 1 }
            let (left, right) = (max(0, index - 1), min(places.count - 1, index + 1))
            return max((places[right] - places[left]) / Double(right - left), narrowest)
        }
    }
}
