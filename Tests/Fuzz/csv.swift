import Foundation
import Signals

@testable import RecordingFormats

/// Reads a table, with options for what its header lacks if the first byte is even.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    _ = RecordingKind(start: Array(data))
    let isEven = (data.first ?? 0) % 2 == 0
    check {
        (
            try CSVReading.read(
                data, path: "r", options: isEven ? .init(samplingRate: 100, units: "mV") : .init()), Patient()
        )
    }
    return 0
}
