import Foundation
import Imaging

/// The encodings of request bodies.
enum Compressed {
    static func zlib(_ data: Data) -> Data { Data(Deflate.zlib([UInt8](data))) }

    static func raw(_ data: Data) -> Data { zlib(data).dropFirst(2).dropLast(4) }

    static func gzip(_ data: Data) -> Data {
        var crc = UInt32.max
        for byte in data {
            crc ^= UInt32(byte)
            for _ in 0 ..< 8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]) + raw(data) + little(~crc) + little(UInt32(data.count))
    }

    static func little(_ number: UInt32) -> Data { withUnsafeBytes(of: number.littleEndian) { Data($0) } }
}
