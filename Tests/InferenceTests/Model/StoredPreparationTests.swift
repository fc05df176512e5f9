import Classifiers
import HDF5
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

@Suite struct StoredPreparationTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func stored(_ preparation: FeaturePreparation) throws -> FeaturePreparation {
        try HDF5File.create(scratch("p.h5"), header: ModelFile.header) { root in
            try StoredPreparation.write(preparation, to: root)
        }
        return try StoredPreparation.read(
            from: HDF5File.open(scratch("p.h5"), header: ModelFile.header).root, file: "p.h5")
    }

    @Test func `every kind of preparation is the same after writing and reading`() throws {
        let features = Matrix<Float>([[1, 10, 7], [3, .nan, 7], [5, 30, 7], [9, 31, 7]])
        for codesSteps in [false, true] {
            for missing in [FeaturePreparation.Missing.mean, .marked] {
                let preparation = FeaturePreparation(
                    fitting: features, settings: .init(codesSteps: codesSteps, missing: missing))
                #expect(try stored(preparation) == preparation)
            }
        }
        let behind = FeaturePreparation(
            fitting: features, settings: .init(codesSteps: true, measurements: 1, missing: .marked))
        #expect(try stored(behind) == behind && behind.inputCount == 3)
        let plain = FeaturePreparation(fitting: Matrix<Float>([[1], [2]]))
        #expect(try stored(plain) == plain)
    }

    @Test func `parts that do not belong together are refused`() throws {
        try HDF5File.create(scratch("p.h5"), header: ModelFile.header) { root in
            try root.write([1.0, 2], to: "mean")
            try root.write([1.0, 1], to: "scale")
            let steps = try root.makeGroup("steps")
            try steps.write([3], to: "counts")
            for name in ["thresholds", "widths", "means"] { try steps.write([0.5, 1, 2], to: name) }
        }
        let root = try HDF5File.open(scratch("p.h5"), header: ModelFile.header).root
        let error = #expect(throws: ModelFileError.self) { try StoredPreparation.read(from: root, file: "p.h5") }
        #expect(error?.description.contains("found 2 means, expected at least 3, one per prepared value") == true)
    }
}
