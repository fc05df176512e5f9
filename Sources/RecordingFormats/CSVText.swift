import Foundation

/// Lines, cells and names of a table in text.
enum CSVText {
    /// The separator of a header; nil for a single column.
    static func delimiter(of header: some StringProtocol) -> UInt8? {
        for delimiter in ["\t", ";", ","] where header.contains(delimiter) { return delimiter.utf8.first }
        return nil
    }

    /// The cells of a line, without quotes and white space around them.
    static func cells(of line: some StringProtocol, _ delimiter: UInt8) -> [String] {
        var cells: [[UInt8]] = [[]]
        var quote: UInt8?
        for byte in line.utf8 {
            if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if quote == nil, byte == delimiter {
                cells.append([])
            } else {
                cells[cells.count - 1].append(byte)
            }
        }
        return cells.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// Splits `I_mV`, `I (mV)`, `I [mV]` and `I/mV`; the unit is nil if the name has none.
    static func nameAndUnit(_ cell: String) -> (name: String, unit: String?) {
        for (open, close) in [("(", ")"), ("[", "]"), ("_", ""), ("/", ""), (" ", "")] {
            guard cell.hasSuffix(close), let start = cell.range(of: open, options: .backwards) else { continue }
            let unit = String(cell[start.upperBound...].dropLast(close.count))
            if isUnit(unit) {
                return (cell[..<start.lowerBound].trimmingCharacters(in: .whitespaces), unit)
            }
        }
        return (cell, nil)
    }

    static func isUnit(_ text: String) -> Bool { LeadText.millivolts(text) != nil || seconds(text) != nil }

    /// Seconds per unit of time; nil for other units.
    static func seconds(_ unit: String) -> Double? {
        ["s": 1, "sec": 1, "seconds": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6][unit.lowercased()]
    }

    /// Walks through the lines of a text.
    struct Lines {
        let bytes: UnsafeRawBufferPointer
        private var place = 0
        /// The number of the last line, from 1.
        private(set) var number = 0

        init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        /// The next line without its end.
        mutating func next() -> Range<Int>? {
            guard place < bytes.count else { return nil }
            let start = place
            let found = memchr(bytes.baseAddress! + place, 10, bytes.count - place)
            var end = found.map { bytes.baseAddress!.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
            place = end + 1
            number += 1
            if end > start, bytes[end - 1] == 13 { end -= 1 }
            return start ..< end
        }

        func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 32 || $0 == 9 } }

        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

        /// Takes the next cell from a line; nil at its end.
        func cell(in line: inout Range<Int>, _ delimiter: UInt8) -> Range<Int>? {
            guard line.lowerBound <= line.upperBound, !line.isEmpty || isAfterDelimiter(line, delimiter) else {
                return nil
            }
            var end = line.lowerBound
            while end < line.upperBound, bytes[end] != delimiter { end += 1 }
            var cell = line.lowerBound ..< end
            line = min(end + 1, line.upperBound) ..< line.upperBound
            while let first = cell.first, bytes[first] == 32 || bytes[first] == 9 {
                cell = first + 1 ..< cell.upperBound
            }
            while let last = cell.last, bytes[last] == 32 || bytes[last] == 9 { cell = cell.lowerBound ..< last }
            return cell
        }

        /// True at the end of a line whose last cell is empty.
        private func isAfterDelimiter(_ line: Range<Int>, _ delimiter: UInt8) -> Bool {
            line.lowerBound > 0 && bytes[line.lowerBound - 1] == delimiter
        }

        /// A number, NaN for an empty cell and `NaN`; nil for other texts.
        ///
        /// Texts that stand for infinite or hexadecimal numbers are refused.
        func number(_ cell: Range<Int>, hasDecimalComma: Bool) -> Double? {
            guard !cell.isEmpty else { return .nan }
            guard cell.count < 64 else { return nil }
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text -> Double? in
                var length = 0
                for place in cell {
                    var byte = bytes[place]
                    switch byte {
                    case UInt8(ascii: "0") ... UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                        break
                    case UInt8(ascii: ",") where hasDecimalComma: byte = UInt8(ascii: ".")
                    default:
                        let text = self.text(cell).lowercased()
                        return text == "nan" || text == "-" || text == "null" || text == "na" ? .nan : nil
                    }
                    text[length] = CChar(bitPattern: byte)
                    length += 1
                }
                text[length] = 0
                var end: UnsafeMutablePointer<CChar>?
                let value = strtod(text.baseAddress!, &end)
                guard end == text.baseAddress! + length, value.isFinite else {
                    return length == 1 && text[0] == CChar(bitPattern: UInt8(ascii: "-")) ? .nan : nil
                }
                return value
            }
        }
    }
}
