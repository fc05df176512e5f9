import Foundation

@testable import Signals

/// Parses a header. One that is written back has the same signals.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    do {
        let header = try WFDBHeader(parsing: data, path: "r.hea")
        _ = Patient(comments: header.comments)
        guard !header.isMultiSegment else { return 0 }
        let again = try WFDBHeader(parsing: Data(header.text.utf8), path: "r.hea")
        precondition(again.signals.map(\.baseline) == header.signals.map(\.baseline))
        precondition(again.signals.map(\.format) == header.signals.map(\.format))
    } catch {
        precondition(error is WFDBError && !"\(error)".isEmpty)
    }
    return 0
}
