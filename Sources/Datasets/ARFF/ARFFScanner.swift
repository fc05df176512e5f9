import Foundation

/// Scans the words, quoted names and values of one line of an ARFF file.
struct ARFFScanner {
    private var text: ArraySlice<UInt8>
    private let file: String
    private let line: Int

    init(_ text: ArraySlice<UInt8>, file: String, line: Int) {
        self.text = text
        self.file = file
        self.line = line
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

    /// The remaining text, for error messages.
    var rest: String { String(decoding: text.prefix(40), as: UTF8.self) }

    /// Whether only blanks remain.
    var isAtEnd: Bool { text.allSatisfy(Self.isBlank) }

    /// Skips blanks and then `character`, if it is next.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard text.first == UInt8(ascii: character) else { return false }
        text.removeFirst()
        return true
    }

    /// Reads the bytes up to the next blank, comma or brace.
    mutating func word() -> String {
        skipBlanks()
        let end = text.firstIndex { Self.isBlank($0) || Self.isDelimiter($0) } ?? text.endIndex
        defer { text = text[end...] }
        return String(decoding: text[..<end], as: UTF8.self)
    }

    /// Reads a name or value: a word, or a quoted text in which `\` escapes quotation marks.
    mutating func name() throws -> String {
        skipBlanks()
        guard let mark = text.first else {
            throw ARFFError.syntax(file: file, line: line, found: "nothing", expected: "a name")
        }
        guard mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\"") else {
            let word = word()
            guard !word.isEmpty else {
                throw ARFFError.syntax(file: file, line: line, found: rest, expected: "a name")
            }
            return word
        }
        text.removeFirst()
        var bytes: [UInt8] = []
        while let byte = text.popFirst() {
            if byte == mark { return String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let next = text.popFirst() {
                bytes.append(next == UInt8(ascii: "n") ? 10 : next == UInt8(ascii: "t") ? 9 : next)
            } else {
                bytes.append(byte)
            }
        }
        throw ARFFError.openQuote(file: file, line: line)
    }

    /// Reads an attribute's type, to the end of the line.
    mutating func kind() throws -> ARFFTable.Kind {
        if skip("{") {
            var values: [String] = []
            repeat {
                let value = try name()
                guard !values.contains(value) else {
                    throw ARFFError.syntax(
                        file: file, line: line, found: "the value \(value) twice", expected: "different values")
                }
                values.append(value)
            } while skip(",")
            guard skip("}"), isAtEnd else {
                throw ARFFError.syntax(file: file, line: line, found: rest, expected: "a comma or } and nothing else")
            }
            return .nominal(values)
        }
        let type = word()
        guard ["numeric", "real", "integer"].contains(type.lowercased()) else {
            throw ARFFError.attributeType(file: file, line: line, found: type.isEmpty ? rest : type)
        }
        // Weka ignores a range after the type, as in `real [0,1]`.
        return .numeric
    }

    /// Reads one value of an attribute.
    mutating func cell(of attribute: ARFFTable.Attribute) throws -> Float {
        skipBlanks()
        let isQuoted = text.first == UInt8(ascii: "'") || text.first == UInt8(ascii: "\"")
        let value = isQuoted ? try name() : word()
        if value == "?", !isQuoted { throw ARFFError.missingValue(file: file, line: line, attribute: attribute.name) }
        switch attribute.kind {
        case .numeric:
            guard let number = Float(value), number.isFinite else {
                throw ARFFError.value(
                    file: file, line: line, attribute: attribute.name, found: value, expected: "a finite number")
            }
            return number
        case .nominal(let values):
            guard let index = values.firstIndex(of: value) else {
                throw ARFFError.value(
                    file: file, line: line, attribute: attribute.name, found: value,
                    expected: "one of " + values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", …" : ""))
            }
            return Float(index)
        }
    }

    private mutating func skipBlanks() {
        while let first = text.first, Self.isBlank(first) { text.removeFirst() }
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
    }
}
