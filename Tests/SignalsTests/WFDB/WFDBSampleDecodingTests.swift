import LinearAlgebra
import Testing

@testable import Signals

@Suite struct WFDBSampleDecodingTests {
    /// The plain definition of each format, sample by sample; bytes after the end are 0.
    private func naive(_ format: WFDBSignalFormat, _ index: Int, _ bytes: [UInt8]) -> Int32 {
        func byte(_ index: Int) -> UInt32 { index < bytes.count ? UInt32(bytes[index]) : 0 }
        func word(_ index: Int) -> UInt32 { byte(index) | byte(index + 1) << 8 }
        func signed(_ value: UInt32, bits: Int) -> Int32 {
            let value = Int(value) % (1 << bits)
            return Int32(value < 1 << (bits - 1) ? value : value - 1 << bits)
        }
        let (group, place) = (index / 3 * 4, index % 3)
        return switch format {
        case .difference8: signed(byte(index), bits: 8)
        case .offset8: Int32(byte(index)) - 128
        case .bits16: signed(word(2 * index), bits: 16)
        case .bigEndian16: signed(byte(2 * index) << 8 | byte(2 * index + 1), bits: 16)
        case .offset16: Int32(word(2 * index)) - 32768
        case .bits24: signed(word(3 * index) | byte(3 * index + 2) << 16, bits: 24)
        case .bits32: signed(word(4 * index) | word(4 * index + 2) << 16, bits: 32)
        case .packed12:
            index % 2 == 0
                ? signed(byte(index / 2 * 3) | (byte(index / 2 * 3 + 1) & 0x0F) << 8, bits: 12)
                : signed(byte(index / 2 * 3 + 2) | (byte(index / 2 * 3 + 1) & 0xF0) << 4, bits: 12)
        case .spread10:
            place < 2
                ? signed(word(group + 2 * place) >> 1, bits: 10)
                : signed(word(group) >> 11 | (word(group + 2) >> 11) << 5, bits: 10)
        case .packed10: signed((word(group) | word(group + 2) << 16) >> UInt32(10 * place), bits: 10)
        case .null, .flac8, .flac16, .flac24: 0
        }
    }

    @Test(arguments: WFDBSignalFormat.allCases.filter { $0 != .null && !$0.isCompressed }, 1 ... 13)
    func `samples are those of the plain definition`(_ format: WFDBSignalFormat, _ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count), purpose: "wfdb samples")
        for _ in 0 ..< 20 {
            let bytes = (0 ..< format.bytes(of: count)).map { _ in UInt8.random(in: 0 ... 255, using: &generator) }
            var found = [Int32](repeating: 1, count: count)
            bytes.withUnsafeBytes { bytes in found.withUnsafeMutableBufferPointer { format.decode(bytes, into: $0) } }
            #expect(found == (0 ..< count).map { naive(format, $0, bytes) })
        }
    }
}
