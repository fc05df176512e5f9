import Foundation

/// An error of a search.
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
            "\(file): nothing is varied. Give values on the command line, such as classifiers.ml-svm.C=1,5,20 or "
                + "classifiers.ml-svm.C=0.1..100, or in a block search: of the file."
        case .emptyValue(let key):
            "\(key) has an empty value. Write a comma within a value as \\,."
        case .repeated(let key, let value):
            "\(key) has the value \(value) twice. Give each value once."
        case .twoAxes(let key):
            "\(key) is given twice. Give it once, with all values."
        case .badRange(let key, let found):
            "\(key) has the range \(found). Write low..high, such as 0.01..100, or 0.01..100/9 for nine values (2 to 1000)."
        case .notAnAxis(let key, let reason):
            "\(key) cannot be searched over: \(reason)"
        case .tooMany(let limit):
            "The values give more than \(limit) candidates. Vary fewer keys, or draw some: search.candidates=100."
        case .tooFewFolds(let folds):
            "A nested search needs at least 3 folds, found \(folds). Give search.folds=5, or search.nested=false."
        case .otherRows(let settings):
            "With \(settings), different pictures can be read than without, so scores cannot be compared. Remove the "
                + "unreadable pictures from the data set."
        case .damaged(let path):
            "\(path): this file of the search is damaged. Delete it and continue with --resume."
        case .nothingScored(let goal, let reason):
            "No candidate has a \(goal): \(reason)"
        }
    }

    public var errorDescription: String? { description }
}
