import Foundation

@testable import Signals

/// Parses annotations. Those that are written back are the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    do {
        let annotations = try WFDBAnnotations(parsing: data, path: "r.atr")
        _ = annotations.annotations(at: 250, unlessGiven: 360)
        let again = try WFDBAnnotations(parsing: annotations.encoded(path: "r.atr"), path: "r.atr")
        precondition(again == annotations)
    } catch {
        precondition(error is WFDBError && !"\(error)".isEmpty)
    }
    return 0
}
