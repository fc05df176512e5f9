import LinearAlgebra
import Testing

@testable import Signals

@Suite struct WFDBSampleEncodingTests {
    @Test(arguments: WFDBSignalFormat.allCases.filter(\.canBeWritten))
    func `decoded samples are those that were encoded`(_ format: WFDBSignalFormat) throws {
        let invalid = try #require(format.invalid)
        var generator = SeededGenerator(seed: 3, purpose: "wfdb samples")
        for count in 0 ... 9 {
            let limits = [invalid, -(invalid + 1), -1, 0].prefix(count)
            let samples =
                limits
                + (limits.count ..< count).map { _ in
                    Int32.random(in: invalid ... -(invalid + 1), using: &generator)
                }
            let bytes = format.encode(Array(samples))
            #expect(bytes.count == format.bytes(of: count))
            var found = [Int32](repeating: 1, count: count)
            bytes.withUnsafeBytes { bytes in found.withUnsafeMutableBufferPointer { format.decode(bytes, into: $0) } }
            #expect(found == Array(samples))
        }
    }
}
