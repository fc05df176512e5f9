import Foundation

/// Counts the scans of a JPEG without decoding them.
enum JPEGScans {
    /// The largest number of scans that is decoded.
    ///
    /// Encoders write about ten, optimizers some dozens. A scan without changes takes a few bytes per million pixels
    /// but the full decoding time. With hundreds of them, which libjpeg-turbo's own limit of 500 allows, a small file
    /// takes 25 times as long as a usual picture of its size.
    static let limit = 100

    /// - Parameter offset: the offset of the first scan's marker.
    /// - Returns: the number of scans before the end marker or the end of the file.
    static func count(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int {
        var (count, offset) = (0, offset)
        // Scan data lie between markers; in them 0xFF is followed by zero or by the number of a restart.
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
