import Foundation

@testable import Imaging

/// Decodes a PNG whose checksums are made right, because otherwise most damage ends there.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var data = bytes.map { Array(UnsafeBufferPointer(start: $0, count: count)) } ?? []
    var place = 8
    while place + 12 <= data.count {
        let length = data[place ..< place + 4].reduce(0) { $0 << 8 | Int($1) }
        guard place + 12 + length <= data.count else { break }
        let checksum = crc(data[place + 4 ..< place + 8 + length])
        for index in 0 ..< 4 {
            data[place + 8 + length + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index))
        }
        place += 12 + length
    }
    checkPicture(Data([0x89, 0x50, 0x4E, 0x47]) + data.dropFirst(4))
    return 0
}

private let table: [UInt32] = (0 ..< 256).map { byte in
    (0 ..< 8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
}

private func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
}
