import Foundation
import Signals

@testable import RecordingFormats

/// Reads the output of biosig.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    check { try GDFReader.read(data, path: "r", kind: .scp) }
    return 0
}
