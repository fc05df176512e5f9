import Foundation

extension WFDBAnnotations {
    /// Encodes the annotations, in the order of time, after the notes that describe the file.
    ///
    /// - Parameter path: the file's path, for errors.
    /// - Throws: `WFDBError.textTooLong`.
    func encoded(path: String) throws -> Data {
        var encoder = Encoder(path: path)
        for note in notes { try encoder.append(WFDBAnnotation(sample: 0, code: WFDBAnnotation.note, text: note)) }
        let sorted = annotations.enumerated().sorted {
            ($0.element.sample, $0.offset) < ($1.element.sample, $1.offset)
        }
        for (_, annotation) in sorted { try encoder.append(annotation) }
        encoder.word(code: 0, value: 0)
        return encoder.bytes
    }

    private var notes: [String] {
        var notes: [String] = []
        if let timeResolution { notes.append(WFDBAnnotationNote.timeResolution + WFDBNumber.text(timeResolution)) }
        guard !definitions.isEmpty else { return notes }
        notes.append(WFDBAnnotationNote.definitions)
        notes += definitions.sorted { $0.key < $1.key }.map { "\($0) \($1.symbol) \($1.description)" }
        return notes + [WFDBAnnotationNote.end]
    }
}

private struct Encoder {
    let path: String
    private(set) var bytes = Data()
    private var sample = 0
    private var number = 0
    private var channel = 0

    init(path: String) { self.path = path }

    mutating func append(_ annotation: WFDBAnnotation) throws {
        precondition(annotation.sample >= sample, "an annotation at sample \(annotation.sample)")
        precondition(WFDBAnnotation.codeRange.contains(annotation.code), "an annotation code of \(annotation.code)")
        var distance = annotation.sample - sample
        // Ten bits do for the distance to most annotations.
        while distance >= 1 << 10 {
            let step = min(distance, Int(Int32.max))
            word(code: WFDBAnnotationWord.skip, value: 0)
            append(UInt16(step >> 16))
            append(UInt16(step & 0xFFFF))
            distance -= step
        }
        word(code: annotation.code, value: distance)
        sample = annotation.sample
        if annotation.subtype != 0 {
            word(code: WFDBAnnotationWord.subtype, value: Int(UInt8(bitPattern: Int8(annotation.subtype))))
        }
        if annotation.channel != channel {
            word(code: WFDBAnnotationWord.channel, value: Int(UInt8(annotation.channel)))
            channel = annotation.channel
        }
        if annotation.number != number {
            word(code: WFDBAnnotationWord.number, value: Int(UInt8(bitPattern: Int8(annotation.number))))
            number = annotation.number
        }
        if !annotation.text.isEmpty { try append(annotation.text) }
    }

    private mutating func append(_ text: String) throws {
        let characters = Array(text.utf8)
        guard characters.count <= WFDBAnnotationWord.textLimit else {
            throw WFDBError.textTooLong(
                path: path, sample: sample, bytes: characters.count, limit: WFDBAnnotationWord.textLimit)
        }
        word(code: WFDBAnnotationWord.text, value: characters.count)
        bytes += characters
        if characters.count % 2 == 1 { bytes.append(0) }
    }

    mutating func word(code: Int, value: Int) { append(UInt16(code << 10 | value)) }

    private mutating func append(_ word: UInt16) {
        bytes.append(UInt8(word & 0xFF))
        bytes.append(UInt8(word >> 8))
    }
}
