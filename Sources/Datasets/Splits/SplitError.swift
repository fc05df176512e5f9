import Foundation

/// Why samples cannot be shared out as asked. Rows count from 1, in the data set's order.
public enum SplitError: Error, Equatable {
    case foldCount(asked: Int, samples: Int)
    case fewerGroups(groups: Int, needed: Int)
    case fractions([Double])
    case emptyPart(Part)
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
            "\(asked) folds of \(samples) samples cannot be made. Ask for 2 to \(max(samples, 2)) folds."
        case .fewerGroups(let groups, let needed):
            "\(groups) \(groups == 1 ? "group" : "groups") found, \(needed) are needed, since no group may be in two parts. "
                + "Ask for fewer folds or parts."
        case .fractions(let fractions):
            "The parts are \(fractions.map { "\($0)" }.joined(separator: ", ")) of the data; "
                + "fractions from 0 that add up to 1 were expected, with something for train."
        case .emptyPart(let part):
            "The \(part.rawValue) part has no sample. Give it some, or a larger fraction."
        case .noPart(let row):
            "Row \(row) has no split although others have. Put every row into train, validation or test."
        case .noFold(let row):
            "Row \(row) has no fold. Fill the column fold in every row."
        case .noGroup(let row):
            "Row \(row) has no group. Fill the column group in every row."
        case .oneFold(let value):
            "Every row is in fold \(value), at least two folds were expected."
        case .foldInTwoParts(let fold):
            "Fold \(fold) is asked for in two parts. Name it once."
        case .recordInTwoParts(let record):
            "Record \(record) is asked for in train and in test. Name it once."
        }
    }

    public var errorDescription: String? { description }
}
