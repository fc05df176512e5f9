import Files
import Foundation
import HDF5
import LinearAlgebra
import NeuralNetwork
import Testing

/// Damaged files of Keras, which have no checksum.
@Suite struct WeightsFileFaultTests {
    @Test(arguments: WeightsFileFixtureTests.fixtures)
    func `a damaged file gives an error with its path, or other values`(
        _ fixture: WeightsFileFixtureTests.Fixture
    ) throws {
        let file = try Unpacked(fixture.name)
        let bytes = try file.bytes()
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["FAULT_SEED"].flatMap { UInt64($0) } ?? 1
        let rounds = environment["FAULT_ROUNDS"].flatMap { Int($0) } ?? 12
        for round in 0 ..< rounds {
            var generator = SeededGenerator(seed: seed, purpose: fixture.name, index: round)
            var damaged = bytes
            if round.isMultiple(of: 5) {
                damaged = bytes.prefix(generator.integer(below: bytes.count))
            } else {
                // Metadata and values take about the same space in these files.
                for _ in 0 ..< 1 + generator.integer(below: 12) {
                    damaged[generator.integer(below: bytes.count)] ^= 1 << UInt8(generator.integer(below: 8))
                }
            }
            try damaged.write(to: URL(fileURLWithPath: file.path))
            do {
                _ = try WeightsFile.read(file.path)
            } catch {
                #expect(error is HDF5Error || error is WeightsError)
                #expect("\(error)".hasPrefix(file.path))
            }
        }
    }
}
