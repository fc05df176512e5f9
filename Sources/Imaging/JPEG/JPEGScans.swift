import Foundation

/// Counts a JPEG's scans without decoding any.
enum JPEGScans {
    /// Programs write ten, those that look for the smallest file some dozens. A scan in which nothing changes takes a
    /// few bytes for a million pixels and the decoder as long as any other: hundreds of them, which libjpeg-turbo's own
    /// limit of 500 lets through, make a small file take 25 times as long as an ordinary picture of its size.
    static let most = 100

    /// - Parameter offset: of the first scan's marker.
    /// - Returns: how many scans begin before the end marker or the end.
    static func count(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int {
        var (count, offset) = (0, offset)
        // Between markers lie a scan's data, in which 0xFF is followed by zero or by a restart's number.
        while offset + 4 <= bytes.count,
            let found = memchr(bytes.baseAddress! + offset, 0xFF, bytes.count - offset - 3)
        {
            offset = UnsafeRawPointer(found) - bytes.baseAddress!
            let marker = bytes[offset + 1]
            switch marker {
            case 0xFF: offset += 1
            case 0x00, 0x01, 0xD0 ... 0xD7: offset += 2
            case 0xD9: return count
            default:
                if marker == 0xDA { count += 1 }
                offset += 2 + (Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))
            }
        }
        return count
    }
}
