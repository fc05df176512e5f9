import Foundation

/// An element of an XML file, without namespaces.
///
/// This reader works in the process. It has no feature that makes XML dangerous: no document type definitions, no
/// entities but the five of XML and numbers, no access to other files, and limits of depth and size.
final class XMLElement {
    let name: String
    let attributes: [String: String]
    /// The text directly in the element.
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    /// Levels of elements.
    static let depthLimit = 64
    static let elementLimit = 1 << 20
    /// Bytes of a file.
    static let sizeLimit = 256 << 20

    private init(_ name: String, _ attributes: [String: String]) { (self.name, self.attributes) = (name, attributes) }

    /// The child elements of a name.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The first element of a path of names.
    func first(_ path: String...) -> XMLElement? {
        path.reduce(self) { element, name in element?.children.first { $0.name == name } }
    }

    /// The text without white space around it.
    var value: String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// The first element of a name at any depth.
    func descendant(_ name: String) -> XMLElement? {
        for child in children {
            if child.name == name { return child }
            if let found = child.descendant(name) { return found }
        }
        return nil
    }

    /// A mistake in a file, as found and expected.
    struct Failure: Error, Equatable {
        let found: String
        let expected: String
    }

    /// Parses a file and returns its first element.
    ///
    /// - Throws: `Failure`.
    static func parse(_ data: Data) throws -> XMLElement {
        guard let text = text(of: data) else { throw Failure(found: "bytes that are no text", expected: "XML") }
        var parser = Parser(bytes: Array(text.utf8))
        return try parser.root()
    }

    /// The text in the encoding of its byte order mark or XML declaration.
    static func text(of data: Data) -> String? {
        if data.starts(with: [0xFF, 0xFE]) { return String(data: data.dropFirst(2), encoding: .utf16LittleEndian) }
        if data.starts(with: [0xFE, 0xFF]) { return String(data: data.dropFirst(2), encoding: .utf16BigEndian) }
        let declaration = String(decoding: data.prefix(200), as: UTF8.self).prefix { $0 != ">" }.lowercased()
        for name in ["iso-8859-1", "windows-1252", "latin1", "us-ascii"] where declaration.contains(name) {
            return String(data: data, encoding: .isoLatin1)
        }
        return String(decoding: data, as: UTF8.self)
    }

    private struct Parser {
        let bytes: [UInt8]
        var place = 0
        var elements = 0

        private func failure(_ found: String, _ expected: String) -> Failure {
            Failure(found: "\(found) at byte \(place)", expected: expected)
        }

        private func has(_ text: String) -> Bool {
            bytes.count - place >= text.utf8.count && bytes[place...].starts(with: text.utf8)
        }

        /// The place after the next `text`.
        private mutating func skip(past text: String) throws {
            let pattern = Array(text.utf8)
            while place + pattern.count <= bytes.count {
                if bytes[place] == pattern[0], bytes[place ..< place + pattern.count].elementsEqual(pattern) {
                    place += pattern.count
                    return
                }
                place += 1
            }
            throw failure("the end of the file", "'\(text)'")
        }

        private mutating func skipSpace() {
            while place < bytes.count, bytes[place] <= 32 { place += 1 }
        }

        /// Skips comments, declarations and instructions.
        ///
        /// - Returns: false if there is none.
        private mutating func skipMisc() throws -> Bool {
            if has("<!--") {
                place += 4
                try skip(past: "-->")
            } else if has("<?") {
                try skip(past: "?>")
            } else if has("<!DOCTYPE") {
                while place < bytes.count, bytes[place] != UInt8(ascii: ">") {
                    guard bytes[place] != UInt8(ascii: "[") else {
                        throw failure("a document type with definitions", "none")
                    }
                    place += 1
                }
                try skip(past: ">")
            } else {
                return false
            }
            return true
        }

        mutating func root() throws -> XMLElement {
            if has("\u{FEFF}") { place += 3 }
            repeat { skipSpace() } while try skipMisc()
            guard has("<") else { throw failure("no element", "'<'") }
            var (first, isClosed) = try start()
            let root = first
            var open = isClosed ? [] : [root]
            while let element = open.last {
                let begin = place
                while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
                if place > begin { element.text += try text(begin ..< place) }
                guard place < bytes.count else { throw failure("the end of the file", "</\(element.name)>") }
                if has("</") {
                    place += 2
                    let name = try self.name()
                    guard name == element.name else { throw failure("</\(name)>", "</\(element.name)>") }
                    skipSpace()
                    guard has(">") else { throw failure("an end tag that is not closed", "'>'") }
                    place += 1
                    open.removeLast()
                } else if has("<![CDATA[") {
                    place += 9
                    let begin = place
                    try skip(past: "]]>")
                    element.text += String(decoding: bytes[begin ..< place - 3], as: UTF8.self)
                } else if try !skipMisc() {
                    (first, isClosed) = try start()
                    element.children.append(first)
                    if !isClosed { open.append(first) }
                    guard open.count <= XMLElement.depthLimit else {
                        throw failure("more than \(XMLElement.depthLimit) levels", "fewer")
                    }
                }
            }
            return root
        }

        /// Reads a name without its namespace.
        private mutating func name() throws -> String {
            var begin = place
            while place < bytes.count {
                let byte = bytes[place]
                if byte == UInt8(ascii: ":") {
                    begin = place + 1
                } else if byte <= 32 || "/>=<\"'&".utf8.contains(byte) {
                    break
                }
                place += 1
            }
            guard place > begin else { throw failure("no name", "one") }
            return String(decoding: bytes[begin ..< place], as: UTF8.self)
        }

        /// Reads a start tag.
        private mutating func start() throws -> (XMLElement, isClosed: Bool) {
            elements += 1
            guard elements <= XMLElement.elementLimit else {
                throw failure("more than \(XMLElement.elementLimit) elements", "fewer")
            }
            place += 1
            let name = try self.name()
            var attributes: [String: String] = [:]
            while true {
                skipSpace()
                if has("/>") {
                    place += 2
                    return (XMLElement(name, attributes), true)
                }
                if has(">") {
                    place += 1
                    return (XMLElement(name, attributes), false)
                }
                let key = try self.name()
                skipSpace()
                guard has("=") else { throw failure("an attribute without value", "'='") }
                place += 1
                skipSpace()
                guard has("\"") || has("'") else { throw failure("an attribute without quotes", "'\"'") }
                let quote = bytes[place]
                place += 1
                let begin = place
                while place < bytes.count, bytes[place] != quote { place += 1 }
                guard place < bytes.count else { throw failure("the end of the file", "the end of an attribute") }
                attributes[key] = try text(begin ..< place)
                place += 1
            }
        }

        /// Replaces the entities of a range.
        private func text(_ range: Range<Int>) throws -> String {
            let ampersand = UInt8(ascii: "&")
            guard bytes[range].contains(ampersand) else { return String(decoding: bytes[range], as: UTF8.self) }
            var result: [UInt8] = []
            var place = range.lowerBound
            while place < range.upperBound {
                guard bytes[place] == ampersand else {
                    result.append(bytes[place])
                    place += 1
                    continue
                }
                guard let end = bytes[place ..< min(range.upperBound, place + 12)].firstIndex(of: UInt8(ascii: ";"))
                else { throw failure("'&' without an entity", "'&amp;'") }
                let name = String(decoding: bytes[place + 1 ..< end], as: UTF8.self)
                guard let character = Self.character(name) else {
                    throw failure("the entity '\(name)'", "amp, lt, gt, quot, apos or a number")
                }
                result += Array(String(character).utf8)
                place = end + 1
            }
            return String(decoding: result, as: UTF8.self)
        }

        private static func character(_ name: String) -> Character? {
            switch name {
            case "amp": "&"
            case "lt": "<"
            case "gt": ">"
            case "quot": "\""
            case "apos": "'"
            case _ where name.hasPrefix("#x"):
                UInt32(name.dropFirst(2), radix: 16).flatMap(UnicodeScalar.init).map { Character($0) }
            case _ where name.hasPrefix("#"):
                UInt32(name.dropFirst()).flatMap(UnicodeScalar.init).map { Character($0) }
            default: nil
            }
        }
    }
}

extension XMLElement {
    /// Reads a file whose first element has this name.
    ///
    /// - Throws: `RecordingFormatError`.
    static func parse(_ data: Data, root: String, path: String, kind: RecordingKind) throws -> XMLElement {
        do {
            let element = try parse(data)
            guard element.name == root else { throw Failure(found: "the element \(element.name)", expected: root) }
            return element
        } catch let failure as Failure {
            throw RecordingFormatError.invalid(
                path: path, kind: kind, found: failure.found, expected: failure.expected)
        }
    }
}
