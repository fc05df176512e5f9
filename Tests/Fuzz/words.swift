import Foundation

@testable import Digitization

/// Reads words as `pdftotext -bbox` and as `tesseract` write them, then their names of leads and scale.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    var words = PDFWords.words(in: text)
    let boxes = (0 ..< 4).map { WordReader.Box(left: 100 * $0, top: 10, right: 100 * $0 + 40, bottom: 30) }
    for word in WordReader.parse(text, boxes) {
        precondition((0 ... 1).contains(word.confidence) && word.bottom == 31)
        words.append(
            PageWord(
                text: word.text, left: Double(word.left), top: Double(word.top), right: Double(word.right),
                bottom: Double(word.bottom), confidence: word.confidence))
    }
    for word in words { precondition(LeadName(word.text).map { LeadName.standard.contains($0.name) } ?? true) }
    let scale = PageScale(words: words, pulses: [])
    precondition(PageScale.speeds.contains(scale.speed) && PageScale.gains.contains(scale.limbGain))
    return 0
}
