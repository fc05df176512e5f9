/// Groups as numbers, by first appearance; a row without a group is one by itself.
struct GroupNumbers {
    let ofRow: [Int]
    let count: Int
    let warnings: [String]

    init(_ groups: [String?]) {
        var numbers: [String: Int] = [:]
        var next = 0
        ofRow = groups.map { group in
            if let group, let known = numbers[group] { return known }
            defer { next += 1 }
            if let group { numbers[group] = next }
            return next
        }
        count = next
        let unknown = groups.count { $0 == nil }
        warnings =
            unknown == 0 || numbers.isEmpty
            ? [] : ["\(unknown) of \(groups.count) rows have no group: each counts as one by itself"]
    }
}
