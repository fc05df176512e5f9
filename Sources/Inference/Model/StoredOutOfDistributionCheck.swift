import Classifiers
import HDF5
import Imaging
import LinearAlgebra

/// Reads and writes an out-of-distribution check in the group `picture_check` of a model file.
enum StoredOutOfDistributionCheck {
    static let group = "picture_check"

    static func write(_ check: OutOfDistributionCheck, to group: HDF5Group) throws {
        try group.attributes.set("seed", to: "\(check.featureDistance.seed)")
        try group.attributes.set("distance", to: check.bounds.distance)
        try group.attributes.set("undrawn", to: check.bounds.undrawn)
        try group.attributes.set("poor", to: check.bounds.poor)
        try group.write(check.featureDistance.standardizer.mean, to: "feature_mean")
        try group.write(check.featureDistance.standardizer.scale, to: "feature_scale")
        try group.write(check.featureDistance.mean, to: "mean")
        try group.write(check.featureDistance.factor, to: "factor", storage: .deflated())
        guard let traces = check.traces else { return }
        let stored = try group.makeGroup("traces")
        try stored.attributes.set("names", to: TraceStatistics.names)
        try stored.write(traces.low, to: "low")
        try stored.write(traces.middle, to: "middle")
        try stored.write(traces.high, to: "high")
    }

    /// - Parameter features: The number of features of the ensemble, d.
    /// - Throws: `HDF5Error`; `ModelFileError.badValue` for values that are not valid in a check.
    static func read(from group: HDF5Group, file: String, features: Int) throws -> OutOfDistributionCheck {
        func refuse(_ name: String, _ found: String, _ expected: String) -> ModelFileError {
            .badValue(file: file, object: "\(group.path)/\(name)", found: found, expected: expected)
        }
        func finite(_ name: String, _ group: HDF5Group, count: Int) throws -> [Double] {
            let values: [Double] = try group.dataset(name).values(shape: [count])
            guard values.allSatisfy(\.isFinite) else { throw refuse(name, "NaN or infinity", "finite numbers") }
            return values
        }
        func bound(_ name: String) throws -> Double {
            let bound: Double = try group.attributes.value(name)
            guard bound >= 0 else { throw refuse(name, "\(bound)", "a bound of at least 0") }
            return bound
        }
        let text = try group.attributes.string("seed")
        guard let seed = UInt64(text) else { throw refuse("seed", text, "an integer of at least 0") }
        let k = MahalanobisDistance.dimensions(of: features)
        let scale = try finite("feature_scale", group, count: features)
        guard scale.allSatisfy({ $0 > 0 }) else { throw refuse("feature_scale", "a scale of 0", "scales above 0") }
        let factor: [Double] = try group.dataset("factor").values(shape: [k, k])
        guard factor.allSatisfy(\.isFinite), (0 ..< k).allSatisfy({ factor[$0 * k + $0] > 0 }) else {
            throw refuse("factor", "a diagonal that is not above 0", "a Cholesky factor")
        }
        let featureDistance = MahalanobisDistance(
            standardizer: Standardizer(mean: try finite("feature_mean", group, count: features), scale: scale),
            seed: seed, mean: try finite("mean", group, count: k), factor: Matrix(rows: k, columns: k, values: factor))
        var traces: TraceLimits?
        if try group.contains("traces") {
            let stored = try group.group("traces")
            let names = try stored.attributes.strings("names")
            guard names == TraceStatistics.names else {
                throw refuse(
                    "traces names", names.joined(separator: ", "), TraceStatistics.names.joined(separator: ", "))
            }
            traces = TraceLimits(
                low: try finite("low", stored, count: names.count),
                middle: try finite("middle", stored, count: names.count),
                high: try finite("high", stored, count: names.count))
        }
        return OutOfDistributionCheck(
            featureDistance: featureDistance, traces: traces,
            bounds: .init(
                distance: try bound("distance"), undrawn: try bound("undrawn"), poor: try bound("poor")))
    }
}
