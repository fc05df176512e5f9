import Foundation

/// Parses an ARFF file line by line.
struct ARFFReader {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    /// The number of the last line read, from 1.
    private var line = 0

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Reads all lines up to `@data`.
    mutating func header() throws -> (relation: String, attributes: [ARFFTable.Attribute]) {
        var relation = ""
        var attributes: [ARFFTable.Attribute] = []
        var lines: [String: Int] = [:]
        while let text = nextLine() {
            var scanner = ARFFScanner(text, file: file, line: line)
            let keyword = scanner.word().lowercased()
            switch keyword {
            case "@relation": relation = try scanner.name()
            case "@attribute":
                let attribute = ARFFTable.Attribute(name: try scanner.name(), kind: try scanner.kind())
                if let first = lines[attribute.name] {
                    throw ARFFError.repeatedAttribute(file: file, line: line, name: attribute.name, firstLine: first)
                }
                lines[attribute.name] = line
                attributes.append(attribute)
            case "@data":
                guard !attributes.isEmpty else { throw ARFFError.noAttributes(file: file) }
                return (relation, attributes)
            default: throw ARFFError.notHeader(file: file, line: line, found: String(keyword.prefix(40)))
            }
        }
        throw ARFFError.noData(file: file)
    }

    /// Reads one row into `cells`; returns false at the end of the file.
    mutating func appendRow(of attributes: [ARFFTable.Attribute], to cells: inout [Float]) throws -> Bool {
        guard let text = nextLine() else { return false }
        var scanner = ARFFScanner(text, file: file, line: line)
        if scanner.skip("{") {
            try appendSparse(&scanner, attributes, &cells)
        } else {
            for (index, attribute) in attributes.enumerated() {
                cells.append(try scanner.cell(of: attribute))
                let isLast = index == attributes.count - 1
                guard isLast || scanner.skip(",") else {
                    throw ARFFError.cellCount(file: file, line: line, expected: attributes.count, found: index + 1)
                }
            }
        }
        if scanner.skip(",") {
            if scanner.skip("{") { throw ARFFError.weight(file: file, line: line) }
            throw ARFFError.cellCount(file: file, line: line, expected: attributes.count, found: attributes.count + 1)
        }
        guard scanner.isAtEnd else {
            throw ARFFError.syntax(file: file, line: line, found: scanner.rest, expected: "the end of the row")
        }
        return true
    }

    /// Reads a sparse row such as `{0 1.5, 3 x}`. Missing cells are 0, or the first value of a nominal attribute.
    private func appendSparse(
        _ scanner: inout ARFFScanner, _ attributes: [ARFFTable.Attribute], _ cells: inout [Float]
    ) throws {
        let start = cells.count
        cells.append(contentsOf: repeatElement(0, count: attributes.count))
        if scanner.skip("}") { return }
        var last = -1
        repeat {
            let text = scanner.word()
            guard let index = Int(text), attributes.indices.contains(index), index > last else {
                throw ARFFError.sparseIndex(file: file, line: line, found: text, attributes: attributes.count)
            }
            cells[start + index] = try scanner.cell(of: attributes[index])
            last = index
        } while scanner.skip(",")
        guard scanner.skip("}") else {
            throw ARFFError.syntax(file: file, line: line, found: scanner.rest, expected: "a comma or }")
        }
    }

    /// Returns the next line that is neither blank nor a comment, trimmed.
    private mutating func nextLine() -> ArraySlice<UInt8>? {
        while position < bytes.count {
            var end = position
            while end < bytes.count, bytes[end] != 10 { end += 1 }
            var slice = bytes[position ..< end]
            position = end + 1
            line += 1
            while let first = slice.first, ARFFScanner.isBlank(first) { slice.removeFirst() }
            while let last = slice.last, ARFFScanner.isBlank(last) { slice.removeLast() }
            if let first = slice.first, first != UInt8(ascii: "%") { return slice }
        }
        return nil
    }
}
