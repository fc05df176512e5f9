import Foundation

/// An error in an ARFF file or its label XML.
public enum ARFFError: Error, Equatable {
    case notHeader(file: String, line: Int, found: String)
    case noAttributes(file: String)
    case noData(file: String)
    case noRows(file: String)
    case tooLarge(file: String, attributes: Int, limit: Int)
    case repeatedAttribute(file: String, line: Int, name: String, firstLine: Int)
    case attributeType(file: String, line: Int, found: String)
    case syntax(file: String, line: Int, found: String, expected: String)
    case openQuote(file: String, line: Int)
    case cellCount(file: String, line: Int, expected: Int, found: Int)
    case sparseIndex(file: String, line: Int, found: String, attributes: Int)
    case weight(file: String, line: Int)
    case missingValue(file: String, line: Int, attribute: String)
    case value(file: String, line: Int, attribute: String, found: String, expected: String)

    case notLabelXML(file: String, line: Int, problem: String)
    case repeatedLabel(file: String, line: Int, name: String)
    case noLabelXML(file: String, expected: String)
    case labelCount(file: String, found: String, attributes: Int)
    case noSuchAttribute(file: String, label: String, labels: String, nearest: String?)
    case notALabel(file: String, attribute: String)
    case noFeatures(file: String)
    case otherAttributes(file: String, other: String)
    case notInSpace(file: String, label: String, space: String, known: [String])
}

extension ARFFError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notHeader(let file, let line, let found):
            "\(file):\(line): found “\(found)”, expected @relation, @attribute or @data. This is not an ARFF file."
        case .noAttributes(let file):
            "\(file): there is no @attribute before @data. Is the file complete?"
        case .noData(let file):
            "\(file): there is no @data. Is the file complete?"
        case .noRows(let file):
            "\(file): there is no row after @data. Is the file complete?"
        case .tooLarge(let file, let attributes, let limit):
            "\(file): more than \(limit / max(attributes, 1)) rows of \(attributes) attributes exceed the memory "
                + "limit. Select fewer rows or attributes."
        case .repeatedAttribute(let file, let line, let name, let firstLine):
            "\(file):\(line): the attribute “\(name)” is already declared on line \(firstLine). Rename one."
        case .attributeType(let file, let line, let found):
            "\(file):\(line): the attribute has the type “\(found)”. Expected numeric or a list in braces. "
                + "Convert strings, dates and relations to numbers or remove them."
        case .syntax(let file, let line, let found, let expected):
            "\(file):\(line): found “\(found)”, expected \(expected)."
        case .openQuote(let file, let line):
            "\(file):\(line): a quotation mark is not closed on this line."
        case .cellCount(let file, let line, let expected, let found):
            "\(file):\(line): the row has \(found < expected ? "only \(found)" : "more than \(expected)") values, "
                + "expected \(expected)."
        case .sparseIndex(let file, let line, let found, let attributes):
            "\(file):\(line): found “\(found)”, expected the index of an attribute, ascending, from 0 to "
                + "\(attributes - 1)."
        case .weight(let file, let line):
            "\(file):\(line): the row has a weight in braces, which is not supported. Remove it."
        case .missingValue(let file, let line, let attribute):
            "\(file):\(line): the value of “\(attribute)” is missing (?). Fill it in, or remove the row or attribute."
        case .value(let file, let line, let attribute, let found, let expected):
            "\(file):\(line): the value of “\(attribute)” is “\(found)”, expected \(expected)."
        case .notLabelXML(let file, let line, let problem):
            "\(file):\(line): this is not a Mulan label file: \(problem)."
        case .repeatedLabel(let file, let line, let name):
            "\(file):\(line): the label “\(name)” is listed twice. Remove one."
        case .noLabelXML(let file, let expected):
            "\(file): the label file is missing. Add a Mulan label file as \(expected), or write MEKA's option for the "
                + "number of labels into the relation: @relation 'name: -C 6'."
        case .labelCount(let file, let found, let attributes):
            "\(file): the relation has the option -C \(found). Expected the number of label attributes, from 1 to "
                + "\(attributes - 1), or a negative number if they are the last ones."
        case .noSuchAttribute(let file, let label, let labels, let nearest):
            "\(file): there is no attribute “\(label)”, which \(labels) lists as a label."
                + (nearest.map { " Did you mean “\($0)”?" } ?? "")
        case .notALabel(let file, let attribute):
            "\(file): the label “\(attribute)” has values other than 0 and 1, or FALSE and TRUE."
        case .noFeatures(let file):
            "\(file): every attribute is a label, and no feature is left."
        case .otherAttributes(let file, let other):
            "\(file): its attributes differ from those of \(other). Both files must be parts of one table."
        case .notInSpace(let file, let label, let space, let known):
            "\(file): the label “\(label)” is not in the label space \(space). Known labels: "
                + "\(known.joined(separator: ", ")) (by code or stands_for)."
        }
    }

    public var errorDescription: String? { description }
}
