import Foundation

/// A syntax error in a CSV file, with the line to correct.
public enum CSVError: Error, Equatable {
    case empty(file: String)
    case notUTF8(file: String, line: Int)
    case controlCharacter(file: String, line: Int, byte: UInt8)
    case openQuote(file: String, line: Int)
    case textAfterQuote(file: String, line: Int)
    case quoteInsideField(file: String, line: Int)
    case unnamedColumn(file: String, line: Int, number: Int)
    case repeatedColumn(file: String, line: Int, name: String)
    case fieldCount(file: String, line: Int, expected: Int, found: Int)
}

extension CSVError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty(let file):
            "\(file): the file is empty. Expected a header line."
        case .notUTF8(let file, let line):
            "\(file):\(line): the bytes are not UTF-8 text. Save the table as UTF-8."
        case .controlCharacter(let file, let line, 13):
            "\(file):\(line): a carriage return without a line feed. Save the table with LF or CRLF line ends."
        case .controlCharacter(let file, let line, let byte):
            "\(file):\(line): found byte \(byte), expected text. Is this a CSV file?"
        case .openQuote(let file, let line):
            "\(file):\(line): a quotation mark is not closed. Close it, or quote the field and double the mark."
        case .textAfterQuote(let file, let line):
            "\(file):\(line): found text after a closing quotation mark, expected a comma or the end of the line. "
                + "Double quotation marks inside a field."
        case .quoteInsideField(let file, let line):
            "\(file):\(line): a quotation mark inside an unquoted field. "
                + "Quote the whole field and double the mark."
        case .unnamedColumn(let file, let line, let number):
            "\(file):\(line): column \(number) has no name. Name it, or remove the extra comma."
        case .repeatedColumn(let file, let line, let name):
            "\(file):\(line): two columns are named “\(name)”. Rename one."
        case .fieldCount(let file, let line, let expected, let found):
            "\(file):\(line): found \(found) \(found == 1 ? "field" : "fields"), the header has \(expected). "
                + "Quote fields that contain commas."
        }
    }

    public var errorDescription: String? { description }
}
