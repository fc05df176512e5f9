import Foundation
import Signals

@testable import RecordingFormats

/// Reads EDF, or BDF if the first byte is 255.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    check { try EDFReader.read(data, path: "r", kind: data.first == 255 ? .bdf : .edf) }
    return 0
}
