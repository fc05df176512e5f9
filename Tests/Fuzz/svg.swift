import Foundation
import Signals

@testable import Digitization

/// Reads a page as poppler's programs write it, up to the recording and its report: words before the first byte 0,
/// lines after it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Array(UnsafeBufferPointer(start: $0, count: count)) } ?? []
    let parts = data.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let words = PDFWords.words(in: String(decoding: parts[0], as: UTF8.self))
    let limits = VectorDrawing.Limits(points: 20_000, lines: 2000, depth: 16)
    guard let drawing = try? VectorDrawing(svg: Array(parts[parts.count - 1]), limits: limits),
        let read = VectorPageReader(drawing: drawing, words: words).page()
    else { return 0 }
    let page = PageAssembly.digitized(read)
    precondition(page.isUsable || !page.reasons.isEmpty)
    for lead in page.recording.leads {
        precondition(lead.samples.count == page.recording.sampleCount && !lead.samples.contains { $0.isInfinite })
    }
    let line = try? DigitizationReport(page, file: "r", record: nil).jsonLine()
    precondition(line?.isEmpty == false)
    return 0
}
