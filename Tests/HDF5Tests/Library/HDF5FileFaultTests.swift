import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import HDF5

/// Damaged files without a checksum header, such as weights from other programs.
@Suite struct HDF5FileFaultTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Reads all objects and returns the number of errors.
    private func readAll(_ path: String) throws -> Int {
        var refused = 0
        func attempt(_ body: () throws -> Void) throws {
            do {
                try body()
            } catch let error as HDF5Error {
                refused += 1
                #expect(error.description.hasPrefix(path))
            }
        }
        func visit(_ group: HDF5Group, depth: Int) throws {
            for name in ["scalar", "list", "bytes", "nothing", "number", "halves", "name", "labels", "rates"]
            where try group.attributes.contains(name) {
                try? attempt { _ = try group.attributes.strings(name) }
                try? attempt { _ = try group.attributes.values(name, as: Double.self) }
            }
            for child in try group.children() where depth < 6 {
                if child.kind == .group { try attempt { try visit(group.group(child.name), depth: depth + 1) } }
                guard child.kind == .dataset else { continue }
                try attempt {
                    let dataset = try group.dataset(child.name)
                    _ = try? dataset.strings()
                    _ = try? dataset.values(as: Int64.self)
                    _ = try? dataset.values(as: Double.self)
                    _ = try dataset.values(as: Float.self)
                }
            }
        }
        try attempt { try visit(HDF5File.open(path, largestRead: 1 << 26).root, depth: 0) }
        return refused
    }

    /// Injects faults in `rounds` rounds. FAULT_ROUNDS=100000 FAULT_SEED=7 in the environment run a longer search.
    private func inject(into bytes: Data, rounds: Int) throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["FAULT_SEED"].flatMap { UInt64($0) } ?? 1
        let rounds = environment["FAULT_ROUNDS"].flatMap { Int($0) } ?? rounds
        let path = scratch("damaged.h5")
        try bytes.write(to: URL(fileURLWithPath: path))
        let refusedWhenSound = try readAll(path)
        var noticed = 0
        for round in 0 ..< rounds {
            var generator = SeededGenerator(seed: seed, purpose: "fault", index: round)
            try damaged(bytes, round: round, &generator).write(to: URL(fileURLWithPath: path))
            noticed += try readAll(path) == refusedWhenSound ? 0 : 1
        }
        #expect(noticed > rounds / 10)
    }

    /// Returns the bytes with flipped bits, runs of 0xFF or 0, or truncated.
    private func damaged(_ bytes: Data, round: Int, _ generator: inout SeededGenerator) -> Data {
        var bytes = bytes
        switch round % 4 {
        case 0: return bytes.prefix(generator.integer(below: bytes.count))
        case 1:
            let place = generator.integer(below: bytes.count - 8)
            let value: UInt8 = generator.integer(below: 2) == 0 ? 0xFF : 0
            for offset in 0 ..< 1 + generator.integer(below: 8) { bytes[place + offset] = value }
        default:
            for _ in 0 ..< 1 + generator.integer(below: 3) {
                bytes[generator.integer(below: bytes.count)] ^= 1 << UInt8(generator.integer(below: 8))
            }
        }
        return bytes
    }

    @Test func `a damaged file of this library gives an HDF5Error or other values, but no crash`() throws {
        let original = scratch("a.h5")
        try HDF5File.create(original, Sample.fill)
        try inject(into: Data(contentsOf: URL(fileURLWithPath: original)), rounds: 300)
    }

    @Test func `a damaged file of h5py gives an HDF5Error or other values, but no crash`() throws {
        let fixture = SharedMaterial.checkout.appendingPathComponent("Tests/HDF5Tests/Fixtures/plain.h5")
        try inject(into: Data(contentsOf: fixture), rounds: 400)
    }
}
