import Foundation

@testable import Imaging

/// Decodes a JPEG.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    checkPicture(Data([0xFF, 0xD8, 0xFF]) + (bytes.map { Data(bytes: $0, count: count) } ?? Data()).dropFirst(3))
    return 0
}
