import Foundation

/// Codes of words that belong to an annotation.
enum WFDBAnnotationWord {
    static let skip = 59
    static let number = 60
    static let subtype = 61
    static let channel = 62
    static let text = 63

    static let textLimit = 255
}

/// Texts of notes at sample 0 that describe the file.
enum WFDBAnnotationNote {
    static let timeResolution = "## time resolution: "
    static let definitions = "## annotation type definitions"
    static let end = "## end of definitions"
}

extension WFDBAnnotations {
    /// Parses the content of an annotation file.
    ///
    /// - Parameter path: the file's path, for errors.
    init(parsing data: Data, path: String) throws {
        self.init([])
        let all = try data.withUnsafeBytes { bytes in
            var decoder = Decoder(bytes: bytes, path: path)
            return try decoder.annotations()
        }
        var isDefinition = false
        for annotation in all {
            guard annotation.code == WFDBAnnotation.note, annotation.sample == 0,
                isDefinition || annotation.text.hasPrefix("## ")
            else {
                annotations.append(annotation)
                continue
            }
            switch annotation.text {
            case WFDBAnnotationNote.definitions: isDefinition = true
            case WFDBAnnotationNote.end: isDefinition = false
            case let text where text.hasPrefix(WFDBAnnotationNote.timeResolution):
                let rate = Double(text.dropFirst(WFDBAnnotationNote.timeResolution.count))
                timeResolution = timeResolution ?? rate.flatMap { $0 >= 1e-3 && $0 <= 1e9 ? $0 : nil }
            default: if isDefinition { readDefinition(annotation.text) }
            }
        }
    }

    /// Parses `42 symbol description`.
    private mutating func readDefinition(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count > 1, let code = Int(parts[0]), WFDBAnnotation.codeRange.contains(code) else { return }
        definitions[code] = Definition(
            symbol: String(parts[1]), description: parts.count > 2 ? String(parts[2]) : "")
    }
}

private struct Decoder {
    let bytes: UnsafeRawBufferPointer
    let path: String
    var place = 0

    /// Exact as a floating-point number: three million years at 100 Hz.
    static let latest = 1 << 53

    init(bytes: UnsafeRawBufferPointer, path: String) { (self.bytes, self.path) = (bytes, path) }

    mutating func annotations() throws -> [WFDBAnnotation] {
        var found: [WFDBAnnotation] = []
        var sample = 0
        // These two stay until they change.
        var (number, channel) = (0, 0)
        while true {
            let start = place
            var (code, value) = try word()
            if code == 0 && value == 0 { break }
            while code == WFDBAnnotationWord.skip {
                let (high, low) = (try halfWord(), try halfWord())
                sample += Int(Int32(bitPattern: UInt32(high) << 16 | UInt32(low)))
                (code, value) = try word()
            }
            sample += value
            // Only moves the time; some writers put one after the notes that describe the file.
            if code == 0 { continue }
            guard WFDBAnnotation.codeRange.contains(code) else {
                throw error(start, found: "code \(code)", expected: "an annotation with a code from 1 to 49")
            }
            let last = found.last?.sample ?? 0
            guard (last ... Self.latest).contains(sample) else {
                throw error(
                    start, found: "an annotation at sample \(sample)", expected: "one at sample \(last) or later")
            }
            var annotation = WFDBAnnotation(sample: sample, code: code)
            while let next = peek(), next > WFDBAnnotationWord.skip {
                let (code, value) = try word()
                switch code {
                case WFDBAnnotationWord.number: number = Int(Int8(truncatingIfNeeded: value))
                case WFDBAnnotationWord.subtype: annotation.subtype = Int(Int8(truncatingIfNeeded: value))
                case WFDBAnnotationWord.channel: channel = value & 0xFF
                default: annotation.text = try text(value)
                }
            }
            (annotation.number, annotation.channel) = (number, channel)
            found.append(annotation)
        }
        return found
    }

    private mutating func halfWord() throws -> UInt16 {
        guard place + 1 < bytes.count else { throw error(place, found: "the end of the file", expected: "an end mark") }
        defer { place += 2 }
        return UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
    }

    private mutating func word() throws -> (code: Int, value: Int) {
        let word = try halfWord()
        return (Int(word >> 10), Int(word & 0x3FF))
    }

    /// The code of the next word.
    private func peek() -> Int? { place + 1 < bytes.count ? Int(bytes[place + 1] >> 2) : nil }

    /// Reads `count` bytes, padded to whole words.
    private mutating func text(_ count: Int) throws -> String {
        guard count <= WFDBAnnotationWord.textLimit else {
            throw error(
                place, found: "a text of \(count) bytes", expected: "at most \(WFDBAnnotationWord.textLimit)")
        }
        guard place + count + count % 2 <= bytes.count else {
            throw error(place, found: "the end of the file", expected: "a text of \(count) bytes")
        }
        defer { place += count + count % 2 }
        let characters = bytes[place ..< place + count].prefix { $0 != 0 }
        return String(validating: characters, as: UTF8.self)
            ?? String(decoding: characters.map { UInt16($0) }, as: UTF16.self)
    }

    private func error(_ byte: Int, found: String, expected: String) -> WFDBError {
        .annotations(path: path, byte: byte, found: found, expected: expected)
    }
}
