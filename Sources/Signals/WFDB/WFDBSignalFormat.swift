/// How samples are packed in a WFDB signal file.
///
/// - Source: WFDB Applications Guide, signal(5).
public enum WFDBSignalFormat: Int, Sendable, CaseIterable {
    /// 8 bits, offset binary.
    case offset8 = 80
    /// 16 bits, two's complement, least significant byte first; 61: most significant first; 160: offset binary.
    case bits16 = 16
    case bigEndian16 = 61
    case offset16 = 160
    /// 24 and 32 bits, two's complement, least significant byte first.
    case bits24 = 24
    case bits32 = 32
    /// Two samples of 12 bits in three bytes.
    case packed12 = 212
    /// Three samples of 10 bits in four bytes: spread over two words, or one after the other.
    case spread10 = 310
    case packed10 = 311

    /// Bytes that hold `count` samples.
    func bytes(of count: Int) -> Int {
        switch self {
        case .offset8: count
        case .bits16, .bigEndian16, .offset16: 2 * count
        case .bits24: 3 * count
        case .bits32: 4 * count
        case .packed12: (3 * count + 1) / 2
        // What is left over of a group ends with the word, or the byte, that its last sample needs.
        case .spread10: count / 3 * 4 + [0, 2, 4][count % 3]
        case .packed10: count / 3 * 4 + [0, 2, 3][count % 3]
        }
    }

    /// What stands where nothing was recorded.
    var invalid: Int32 {
        switch self {
        case .offset8: -1 << 7
        case .bits16, .bigEndian16, .offset16: -1 << 15
        case .bits24: -1 << 23
        case .bits32: .min
        case .packed12: -1 << 11
        case .spread10, .packed10: -1 << 9
        }
    }

    /// The first `count` samples.
    ///
    /// - Precondition: there are at least `bytes(of: count)` bytes.
    func samples(_ count: Int, of bytes: UnsafeRawBufferPointer) -> [Int32] {
        precondition(bytes.count >= self.bytes(of: count), "\(count) samples in \(bytes.count) bytes")
        func byte(_ index: Int) -> UInt32 { index < bytes.count ? UInt32(bytes[index]) : 0 }
        func word(_ index: Int) -> UInt32 { byte(index) | byte(index + 1) << 8 }
        return (0 ..< count).map { index in
            switch self {
            case .offset8: Int32(byte(index)) - 128
            case .bits16: Self.signed(word(2 * index), bits: 16)
            case .bigEndian16: Self.signed(byte(2 * index) << 8 | byte(2 * index + 1), bits: 16)
            case .offset16: Int32(word(2 * index)) - 32768
            case .bits24: Self.signed(word(3 * index) | byte(3 * index + 2) << 16, bits: 24)
            case .bits32: Self.signed(word(4 * index) | word(4 * index + 2) << 16, bits: 32)
            case .packed12:
                Self.signed(
                    index % 2 == 0
                        ? byte(index / 2 * 3) | (byte(index / 2 * 3 + 1) & 0x0F) << 8
                        : byte(index / 2 * 3 + 2) | (byte(index / 2 * 3 + 1) & 0xF0) << 4, bits: 12)
            case .spread10:
                switch index % 3 {
                case 0: Self.signed(word(index / 3 * 4) >> 1, bits: 10)
                case 1: Self.signed(word(index / 3 * 4 + 2) >> 1, bits: 10)
                default:
                    Self.signed(word(index / 3 * 4) >> 11 | (word(index / 3 * 4 + 2) >> 11) << 5, bits: 10)
                }
            case .packed10:
                Self.signed(
                    (word(index / 3 * 4) | word(index / 3 * 4 + 2) << 16) >> UInt32(index % 3 * 10), bits: 10)
            }
        }
    }

    /// Two's complement of the lowest bits.
    private static func signed(_ value: UInt32, bits: Int) -> Int32 {
        Int32(bitPattern: value << UInt32(32 - bits)) >> Int32(32 - bits)
    }
}
