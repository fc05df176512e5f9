extension Split {
    /// Groups with rows in more than one part, in natural order: a patient whom both training and test have seen.
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
