import Foundation

/// An error in a split. Rows count from 1 in the data set's order.
public enum SplitError: Error, Equatable {
    case foldCount(asked: Int, samples: Int)
    case fewerGroups(groups: Int, needed: Int)
    case fractions([Double])
    case emptyPart(Part)
    /// Every training row has the same labels.
    case nothingToLearn(labels: [String])
    case noPart(row: Int)
    case noFold(row: Int)
    case noGroup(row: Int)
    case oneFold(value: Int)
    case foldInTwoParts(Int)
    case recordInTwoParts(String)
}

extension SplitError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .foldCount(let asked, let samples):
            "\(samples) samples cannot be split into \(asked) folds. Choose 2 to \(max(samples, 2)) folds."
        case .fewerGroups(let groups, let needed):
            "Found \(groups) \(groups == 1 ? "group" : "groups"), expected at least \(needed). "
                + "No group may be in two parts. Choose fewer folds or parts."
        case .fractions(let fractions):
            "The fractions of the parts are \(fractions.map { "\($0)" }.joined(separator: ", ")). "
                + "Expected fractions of at least 0 that add up to 1, with a positive one for train."
        case .emptyPart(let part):
            "The \(part.rawValue) part has no sample. Assign samples to it, or choose a larger fraction."
        case .nothingToLearn(let labels):
            "Every training row has the label \(labels.joined(separator: " and ")) and no other, so there is nothing to "
                + "learn. Expected rows with different labels. Add examples of another class."
        case .noPart(let row):
            "Row \(row) has no split, but other rows have one. Assign every row to train, validation or test."
        case .noFold(let row):
            "Row \(row) has no fold. Fill in the column fold in every row."
        case .noGroup(let row):
            "Row \(row) has no group. Fill in the column group in every row."
        case .oneFold(let value):
            "Every row is in fold \(value). Expected at least two folds."
        case .foldInTwoParts(let fold):
            "Fold \(fold) is in two parts. List it once."
        case .recordInTwoParts(let record):
            "Record \(record) is in both train and test. List it once."
        }
    }

    public var errorDescription: String? { description }
}
