/// The way in which samples are stored in a WFDB signal file.
///
/// - Source: WFDB Applications Guide, signal(5).
public enum WFDBSignalFormat: Int, Sendable, CaseIterable {
    /// A signal without samples.
    case null = 0
    /// 8-bit differences between successive samples.
    case difference8 = 8
    /// 16 bits, two's complement, least significant byte first.
    case bits16 = 16
    /// 24 bits, two's complement, least significant byte first.
    case bits24 = 24
    /// 32 bits, two's complement, least significant byte first.
    case bits32 = 32
    /// 16 bits, two's complement, most significant byte first.
    case bigEndian16 = 61
    /// 8 bits, offset binary.
    case offset8 = 80
    /// 16 bits, offset binary, least significant byte first.
    case offset16 = 160
    /// Two samples of 12 bits in three bytes.
    case packed12 = 212
    /// Three samples of 10 bits in four bytes, the third one spread over two words.
    case spread10 = 310
    /// Three samples of 10 bits in four bytes, one after the other.
    case packed10 = 311
    /// FLAC with up to 8, 16 and 24 bits.
    case flac8 = 508
    case flac16 = 516
    case flac24 = 524

    /// True if the signal file is a FLAC file, with one channel for each signal.
    public var isCompressed: Bool { flacBits != nil }

    /// Bits per sample of a FLAC file; nil in the other formats.
    var flacBits: Int? {
        switch self {
        case .flac8: 8
        case .flac16: 16
        case .flac24: 24
        default: nil
        }
    }

    /// Bits that a sample's value may need.
    var bits: Int {
        switch self {
        case .null: 0
        case .spread10, .packed10: 10
        case .packed12: 12
        case .offset8, .flac8: 8
        case .bits16, .bigEndian16, .offset16, .flac16: 16
        case .bits24, .flac24: 24
        case .bits32, .difference8: 32
        }
    }

    /// The lowest value, which marks a sample that was not recorded; nil in formats without such a mark.
    var invalid: Int32? {
        switch self {
        case .null, .difference8: nil
        default: Int32.min >> Int32(32 - bits)
        }
    }

    /// Samples that share bytes: the first of them starts at a whole byte.
    var samplesPerGroup: Int {
        switch self {
        case .packed12: 2
        case .spread10, .packed10: 3
        default: 1
        }
    }

    /// Bytes of `count` samples from the start of a group on. Not for compressed formats.
    func bytes(of count: Int) -> Int {
        switch self {
        case .null: 0
        case .difference8, .offset8: count
        case .bits16, .bigEndian16, .offset16: 2 * count
        case .bits24: 3 * count
        case .bits32: 4 * count
        case .packed12: (3 * count + 1) / 2
        // The last, incomplete group ends with the word, or the byte, that its last sample needs.
        case .spread10: count / 3 * 4 + [0, 2, 4][count % 3]
        case .packed10: count / 3 * 4 + [0, 2, 3][count % 3]
        case .flac8, .flac16, .flac24: preconditionFailure("format \(rawValue) has no fixed size")
        }
    }
}
