import Classifiers
import HDF5
import LinearAlgebra

/// Reads and writes a fitted `MLARAM` in its group of a model file. The prototypes of all voters are concatenated.
enum StoredMLARAM {
    static func write(_ model: MLARAM<Float>, to group: HDF5Group) throws {
        try group.attributes.set("scaling", to: model.scaling.rawValue)
        try group.attributes.set("threshold", to: model.threshold)
        if let share = model.clustering { try group.attributes.set("clustering", to: share) }
        try group.write(model.range.minimum, to: "minimum")
        try group.write(model.range.maximum, to: "maximum")
        let voters = model.voters
        try group.write(voters.map(\.count), to: "voters")
        func stacked(_ edges: (Prototypes<Float>) -> Matrix<Float>) -> Matrix<Float> {
            Matrix(
                rows: model.prototypeCount, columns: model.featureCount, values: voters.flatMap { edges($0).values })
        }
        try group.write(stacked(\.lower), to: "lower", storage: .deflated())
        try group.write(stacked(\.upper), to: "upper", storage: .deflated())
        try group.write(
            voters.flatMap(\.labels.values), shape: [model.prototypeCount, model.labelCount], to: "labels",
            storage: .deflated())
        try group.write(voters.flatMap(\.rowCounts), to: "row_counts")
    }

    static func read(from group: HDF5Group, shape: StoredMember.Shape) throws -> MLARAM<Float> {
        func require(_ accepted: Bool, _ object: String, _ found: String, _ expected: String) throws {
            guard accepted else {
                throw ModelFileError.badValue(
                    file: shape.file, object: group.path + object, found: found, expected: expected)
            }
        }
        let lower: Matrix<Float> = try group.dataset("lower").matrix(columns: shape.features)
        let name = try group.attributes.string("scaling")
        guard let scaling = FeatureScaling(rawValue: name) else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path) scaling", found: name, expected: "per-feature")
        }
        let labels: [UInt8] = try group.dataset("labels").values(shape: [lower.rows, shape.labels])
        try require(
            lower.rows > 0 && labels.allSatisfy { $0 <= 1 }, "/labels", "no prototypes, or labels that are not 0 or 1",
            "prototypes with labels of 0 and 1")
        let upper: [Float] = try group.dataset("upper").values(shape: [lower.rows, shape.features])
        try require(
            zip(lower.values, upper).allSatisfy { 0 <= $0 && $0 <= $1 && $1 <= 1 }, "/upper",
            "a box that is not within 0…1", "0 ≤ lower ≤ upper ≤ 1")
        let threshold: Double = try group.attributes.value("threshold")
        try require(threshold >= 0 && threshold.isFinite, " threshold", "\(threshold)", "0 or more")
        let clustering: Double? =
            try group.attributes.contains("clustering") ? group.attributes.value("clustering") : nil
        if let clustering {
            try require(clustering > 0 && clustering <= 1, " clustering", "\(clustering)", "above 0 and at most 1")
        }
        let rowCounts: [Int] = try group.dataset("row_counts").values(shape: [lower.rows])
        try require(rowCounts.allSatisfy { $0 > 0 }, "/row_counts", "a prototype without rows", "counts above 0")
        // Files of older versions lack `voters`: they have one.
        let sizes: [Int] = try group.contains("voters") ? group.dataset("voters").values() : [lower.rows]
        // Each size is bounded first, so that the sum cannot overflow.
        try require(
            !sizes.isEmpty && sizes.allSatisfy { (1 ... lower.rows).contains($0) }
                && sizes.reduce(0, +) == lower.rows, "/voters", "\(sizes)",
            "numbers above 0 with the sum \(lower.rows)")
        var start = 0
        let voters = sizes.map { size in
            defer { start += size }
            func edges(_ values: [Float]) -> Matrix<Float> {
                Matrix(
                    rows: size, columns: shape.features,
                    values: Array(values[start * shape.features ..< (start + size) * shape.features]))
            }
            return Prototypes(
                lower: edges(lower.values), upper: edges(upper),
                labels: LabelMatrix(
                    rows: size, columns: shape.labels,
                    values: Array(labels[start * shape.labels ..< (start + size) * shape.labels])),
                rowCounts: Array(rowCounts[start ..< start + size]))
        }
        return MLARAM(
            range: FeatureRange(
                minimum: try StoredMember.finite("minimum", group, shape, [shape.features]),
                maximum: try StoredMember.finite("maximum", group, shape, [shape.features])),
            scaling: scaling, threshold: threshold, clustering: clustering, voters: voters)
    }
}
