import Foundation

/// What makes a file no CSV table; every case names the line where a person has to look.
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
            "\(file): the file is empty, a header line was expected."
        case .notUTF8(let file, let line):
            "\(file):\(line): the bytes are not UTF-8 text. Save the table as UTF-8."
        case .controlCharacter(let file, let line, 13):
            "\(file):\(line): a carriage return stands alone, lines end in LF or CRLF. Save the table with such line ends."
        case .controlCharacter(let file, let line, let byte):
            "\(file):\(line): byte \(byte) found, text was expected. Is this a CSV file?"
        case .openQuote(let file, let line):
            "\(file):\(line): a quotation mark opens here and is never closed. Close it, or double it if it is meant."
        case .textAfterQuote(let file, let line):
            "\(file):\(line): text follows a closing quotation mark, a comma or the end of the line was expected. "
                + "Double the quotation marks that belong to the text."
        case .quoteInsideField(let file, let line):
            "\(file):\(line): a quotation mark stands inside a field that has none at its start. "
                + "Quote the whole field and double the mark."
        case .unnamedColumn(let file, let line, let number):
            "\(file):\(line): column \(number) has no name. Name it, or remove the comma too many."
        case .repeatedColumn(let file, let line, let name):
            "\(file):\(line): two columns are called “\(name)”. Rename one."
        case .fieldCount(let file, let line, let expected, let found):
            "\(file):\(line): \(found) \(found == 1 ? "field" : "fields") found, the header has \(expected). "
                + "Quote fields that contain commas."
        }
    }

    public var errorDescription: String? { description }
}
