import Foundation
import Signals

@testable import RecordingFormats

/// Reads HL7 aECG or MUSE XML, by the kind that the content tells.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    if RecordingKind(start: Array(data.prefix(4096))) == .muse {
        check { try MUSEReader.read(data, path: "r") }
    } else {
        check { try AECGReader.read(data, path: "r") }
    }
    return 0
}
