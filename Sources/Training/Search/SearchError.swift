import Foundation

/// What is wrong with a search.
public enum SearchError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case nothingToSearch(file: String)
    case emptyValue(key: String)
    case repeated(key: String, value: String)
    case twoAxes(key: String)
    case badRange(key: String, found: String)
    case notAnAxis(key: String, reason: String)
    case tooMany(limit: Int)
    case tooFewFolds(folds: Int)
    case otherRows(settings: String)
    case damaged(path: String)
    case nothingScored(goal: String, reason: String)

    public var description: String {
        switch self {
        case .nothingToSearch(let file):
            "\(file): nothing is varied. Name values on the command line, such as classifiers.ml-svm.C=1,5,20 or "
                + "classifiers.ml-svm.C=0.1..100, or in a block search: of the file."
        case .emptyValue(let key):
            "\(key) has an empty value. Write a comma that belongs to a value as \\,."
        case .repeated(let key, let value):
            "\(key) has the value \(value) twice. Name each value once."
        case .twoAxes(let key):
            "\(key) is given twice. Name it once, with all its values."
        case .badRange(let key, let found):
            "\(key) has the range \(found); one looks like 0.01..100, or 0.01..100/9 for nine values (2 to 1000), and "
                + "its first number is the smaller one."
        case .notAnAxis(let key, let reason):
            "\(key) cannot be searched over: \(reason)"
        case .tooMany(let limit):
            "The values make more than \(limit) candidates. Vary fewer at a time, or draw some: search.candidates=100."
        case .tooFewFolds(let folds):
            "A nested search needs at least 3 folds, found \(folds). Give search.folds=5, or search.nested=false."
        case .otherRows(let settings):
            "With \(settings) other pictures can be read than without: their scores cannot be compared. Remove the "
                + "pictures that cannot be read from the data set."
        case .damaged(let path):
            "\(path): what the search had kept is damaged. Remove the file and go on with --resume."
        case .nothingScored(let goal, let reason):
            "No candidate has a \(goal): \(reason)"
        }
    }

    public var errorDescription: String? { description }
}
