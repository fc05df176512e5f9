import Files

extension Split {
    /// Returns the groups with rows in more than one part, in natural order: for example patients in both training and
    /// test.
    ///
    /// - Parameter groups: the group of each row.
    public func crossingGroups(_ groups: [String?]) -> [String] {
        precondition(groups.count == parts.count, "\(groups.count) groups of \(parts.count) rows")
        var seen: [String: Set<Part>] = [:]
        for (group, part) in zip(groups, parts) {
            if let group, let part { seen[group, default: []].insert(part) }
        }
        return seen.filter { $0.value.count > 1 }.keys.sorted(by: NaturalOrder.precedes)
    }
}

/// Groups with rows in several folds.
public enum GroupCrossings {
    /// Returns the groups with rows in more than one of the data set's own folds, in natural order.
    ///
    /// - Parameters:
    ///   - folds: the fold of each row; rows without a fold do not count.
    ///   - groups: the group of each row.
    public static func ofFolds(_ folds: [Int?], groups: [String?]) -> [String] {
        precondition(groups.count == folds.count, "\(groups.count) groups of \(folds.count) rows")
        var seen: [String: Set<Int>] = [:]
        for (group, fold) in zip(groups, folds) {
            if let group, let fold { seen[group, default: []].insert(fold) }
        }
        return seen.filter { $0.value.count > 1 }.keys.sorted(by: NaturalOrder.precedes)
    }
}
