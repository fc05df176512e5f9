import Datasets
import Files
import Inference
import LinearAlgebra

/// Feature tables that do not come from pictures.
package enum SampleTables {
    /// Creates rows whose noisy features predict their labels. By default each row has one label, in rotation.
    ///
    /// - Parameters:
    ///   - groups, parts: The group and part of each row, by index.
    ///   - pixels: The picture content of a row, by index; nil for a table without pixel digests.
    package static func table(
        rows: Int, columns: Int = 5, space: LabelSpace = space(3), labels: ((Int) -> [Int])? = nil,
        groups: (Int) -> String? = { _ in nil }, parts: (Int) -> Part? = { _ in nil },
        fold: (Int) -> Int? = { _ in nil },
        pixels: ((Int) -> String)? = nil, seed: UInt64 = 1
    ) -> FeatureTable {
        var random = SeededGenerator(seed: seed)
        let samples = (0 ..< rows).map { row in
            Sample(
                path: "rows/\(row).png", labels: labels?(row) ?? [row % space.count], group: groups(row),
                part: parts(row), fold: fold(row))
        }
        var features = Matrix<Float>(rows: rows, columns: columns)
        for (row, sample) in samples.enumerated() {
            for column in 0 ..< columns {
                let signal = sample.labels.contains { $0 == column % space.count } ? 1.5 : 0
                features[row, column] = Float(signal + random.normal())
            }
        }
        return FeatureTable(
            dataset: Dataset(root: "sample", labelSpace: space, samples: samples), features: features,
            pixelDigests: pixels.map { pixels in (0 ..< rows).map { Digest(of: pixels($0)) } },
            digest: Digest(of: "sample \(rows) \(seed)"))
    }

    package static func space(_ count: Int, name: String = "sample") -> LabelSpace {
        LabelSpace(
            name: name, version: 1,
            labels: (0 ..< count).map { index in
                LabelSpace.Label(
                    code: ["A", "B", "C", "D", "E"][index], condition: Condition.allCases[index],
                    explanation: "What it is: “\(index)”.", link: "https://example.org/\(index)",
                    standsFor: "class \(index)")
            })
    }
}
