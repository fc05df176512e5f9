import CDeflate
import Foundation

/// Compression by libdeflate.
package enum Deflate {
    /// Returns data in zlib's format. The same data give the same bytes.
    ///
    /// - Parameter level: 1 (fast) to 12 (small).
    package static func zlib(_ data: [UInt8], level: Int = 6) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(Int32(level)) else {
            preconditionFailure("no compressor of level \(level)")
        }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_zlib_compress_bound(compressor, data.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { out, count in
            count = libdeflate_zlib_compress(compressor, data, data.count, out.baseAddress!, bound)
        }
    }

    /// Returns the CRC of a PNG chunk.
    static func crc(_ data: some Sequence<UInt8>) -> UInt32 {
        let bytes = Array(data)
        return libdeflate_crc32(0, bytes, bytes.count)
    }
}
