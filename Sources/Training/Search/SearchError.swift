import Foundation

/// An invalid or failed search.
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
            "\(file): no key has several values. Give some on the command line, such as classifiers.ml-svm.C=1,5,20 or "
                + "classifiers.ml-svm.C=0.1..100, or in a block search: of the file."
        case .emptyValue(let key):
            "\(key) has an empty value. Write a comma inside a value as \\, or put the value between quotation marks."
        case .repeated(let key, let value):
            "\(key) has the value \(value) twice. Give each value once."
        case .twoAxes(let key):
            "\(key) is given twice. Give it once, with all its values."
        case .badRange(let key, let found):
            "\(key): invalid range \(found). Expected LOW..HIGH such as 0.01..100, or LOW..HIGH/N with 2 to 1000 values "
                + "such as 0.01..100/9."
        case .notAnAxis(let key, let reason):
            "\(key) cannot be searched: \(reason)"
        case .tooMany(let limit):
            "The search has more than \(limit) candidates. Give fewer values, or draw some: search.candidates=100."
        case .tooFewFolds(let folds):
            "A nested search needs at least 3 folds, found \(folds). Give search.folds=5, or search.nested=false."
        case .otherRows(let settings):
            "With \(settings) different pictures are readable, so scores cannot be compared. Remove the unreadable "
                + "pictures from the data set."
        case .damaged(let path):
            "\(path): the stored values of the search are damaged. Delete the file and continue with --resume."
        case .nothingScored(let goal, let reason):
            "No candidate has a \(goal): \(reason)"
        }
    }

    public var errorDescription: String? { description }
}
