import Classifiers
import HDF5
import LinearAlgebra

/// Reads and writes the preparation of features in the group `ensemble` of a model file.
///
/// `mean` and `scale` are those of the standardizer. `missing_means`, `marked` and the group `steps` are present only
/// where the preparation has them. `steps` has the number of steps of each measurement (`counts`), and the thresholds,
/// widths and mean codes of all steps, one measurement after the other. Features that are not coded follow.
enum StoredPreparation {
    static func write(_ preparation: FeaturePreparation, to group: HDF5Group) throws {
        try group.write(preparation.standardizer.mean, to: "mean")
        try group.write(preparation.standardizer.scale, to: "scale")
        if let means = preparation.means { try group.write(means, to: "missing_means") }
        if !preparation.marked.isEmpty { try group.write(preparation.marked, to: "marked") }
        guard let coding = preparation.coding else { return }
        let steps = try group.makeGroup("steps")
        try steps.write(coding.thresholds.map(\.count), to: "counts")
        try steps.write(coding.thresholds.flatMap { $0 }, to: "thresholds")
        try steps.write(coding.widths.flatMap { $0 }, to: "widths")
        try steps.write(coding.means.flatMap { $0 }, to: "means")
    }

    /// - Throws: `HDF5Error`; `ModelFileError.badValue` for values that are not valid in a preparation.
    static func read(from group: HDF5Group, file: String) throws -> FeaturePreparation {
        func require(_ accepted: Bool, _ name: String, _ found: String, _ expected: String) throws {
            guard accepted else {
                throw ModelFileError.badValue(
                    file: file, object: "\(group.path)/\(name)", found: found, expected: expected)
            }
        }
        func finite(_ name: String, in group: HDF5Group, count: Int? = nil) throws -> [Double] {
            let dataset = try group.dataset(name)
            let values: [Double] = try count.map { try dataset.values(shape: [$0]) } ?? dataset.values()
            try require(values.allSatisfy(\.isFinite), name, "a value that is not finite", "finite numbers")
            return values
        }
        let mean = try finite("mean", in: group)
        try require(!mean.isEmpty, "mean", "no feature", "at least one")
        let scale = try finite("scale", in: group, count: mean.count)
        try require(scale.allSatisfy { $0 > 0 }, "scale", "a scale that is not above 0", "finite scales above 0")
        let means = try group.contains("missing_means") ? finite("missing_means", in: group) : nil
        let marked: [Int] = try group.contains("marked") ? group.dataset("marked").values() : []
        var coding: StepCoding?
        if try group.contains("steps") {
            let steps = try group.group("steps")
            let counts: [Int] = try steps.dataset("counts").values()
            try require(
                counts.allSatisfy { (0 ... StepCoding.stepCount).contains($0) }, "steps/counts", "\(counts)",
                "0 to \(StepCoding.stepCount) steps per feature")
            let total = counts.reduce(0, +)
            func perFeature(_ name: String) throws -> [[Double]] {
                var rest = try finite(name, in: steps, count: total)[...]
                return counts.map { count in
                    defer { rest = rest.dropFirst(count) }
                    return Array(rest.prefix(count))
                }
            }
            let widths = try perFeature("widths")
            try require(
                widths.joined().allSatisfy { $0 > 0 }, "steps/widths", "a width that is not above 0", "widths above 0")
            coding = StepCoding(
                thresholds: try perFeature("thresholds"), widths: widths, means: try perFeature("means"))
        }
        // Without step coding, each feature is a prepared value.
        let uncoded = mean.count - marked.count - (coding?.outputCount ?? 0)
        try require(
            uncoded >= 0, "mean", "\(mean.count) means", "at least \(mean.count - uncoded), one per prepared value")
        let inputs = (coding?.inputCount ?? 0) + uncoded
        try require(
            means.map { $0.count == inputs } ?? marked.isEmpty, "missing_means", "\(means?.count ?? 0) means",
            "\(inputs) means")
        try require(
            marked.allSatisfy { (0 ..< inputs).contains($0) }, "marked", "\(marked)", "features below \(inputs)")
        return FeaturePreparation(
            means: means, marked: marked, coding: coding, standardizer: Standardizer(mean: mean, scale: scale))
    }
}
