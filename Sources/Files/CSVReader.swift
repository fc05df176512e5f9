/// Splits the bytes of a CSV file into rows.
///
/// It works on bytes, because a Swift character can be a CRLF or a comma with a combining mark.
struct CSVReader {
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: [UInt8]
    private let name: String
    private let separator: UInt8
    private var position: Int
    private var line = 1

    init(bytes: [UInt8], name: String, separator: UInt8) {
        self.bytes = bytes
        self.name = name
        self.separator = separator
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Returns the next nonempty row, or nil at the end.
    mutating func nextRow() throws -> CSVTable.Row? {
        while try skipLineEnd() {}
        guard position < bytes.count else { return nil }
        let start = line
        var fields = [try nextField()]
        while position < bytes.count, bytes[position] == separator {
            position += 1
            fields.append(try nextField())
        }
        _ = try skipLineEnd()
        return CSVTable.Row(line: start, fields: fields)
    }

    /// Reads a field up to the following comma or line end.
    private mutating func nextField() throws -> String {
        guard position < bytes.count, bytes[position] == Self.quote else { return try bareField() }
        return try quotedField()
    }

    private mutating func bareField() throws -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn { break }
            if byte == Self.quote { throw CSVError.quoteInsideField(file: name, line: line) }
            try refuseControl(byte)
            position += 1
        }
        return try text(bytes[start ..< position], startingOn: line)
    }

    private mutating func quotedField() throws -> String {
        let opened = line
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == Self.quote {
                guard position < bytes.count, bytes[position] == Self.quote else {
                    guard position == bytes.count || isBoundary(bytes[position]) else {
                        throw CSVError.textAfterQuote(file: name, line: line)
                    }
                    return try text(content[...], startingOn: opened)
                }
                position += 1
            } else if byte == Self.lineFeed {
                line += 1
            } else if byte != Self.carriageReturn {
                try refuseControl(byte)
            }
            content.append(byte)
        }
        throw CSVError.openQuote(file: name, line: opened)
    }

    private func isBoundary(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    /// Skips one LF or CRLF.
    private mutating func skipLineEnd() throws -> Bool {
        guard position < bytes.count else { return false }
        var end = position
        if bytes[end] == Self.carriageReturn {
            end += 1
            guard end < bytes.count, bytes[end] == Self.lineFeed else {
                throw CSVError.controlCharacter(file: name, line: line, byte: Self.carriageReturn)
            }
        }
        guard bytes[end] == Self.lineFeed else { return false }
        position = end + 1
        line += 1
        return true
    }

    /// Throws for control characters other than tabs, which indicate that the file is not text.
    private func refuseControl(_ byte: UInt8) throws {
        guard byte >= 32 || byte == 9 else {
            throw CSVError.controlCharacter(file: name, line: line, byte: byte)
        }
    }

    private func text(_ slice: ArraySlice<UInt8>, startingOn line: Int) throws -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw CSVError.notUTF8(file: name, line: line)
        }
        return text
    }
}
