/// Finds the known name that a mistyped one was probably meant to be.
public enum NearestName {
    /// The known name with the fewest edits (insert, delete, replace, swap of neighbours), or nil when even that one is
    /// more than a third of its length away.
    public static func of(_ name: String, among known: [String]) -> String? {
        let scored = known.map { (name: $0, edits: edits(Array(name.lowercased()), Array($0.lowercased()))) }
        guard let best = scored.min(by: { $0.edits < $1.edits }) else { return nil }
        return best.edits <= max(2, best.name.count / 3) ? best.name : nil
    }

    /// Damerau–Levenshtein distance (optimal string alignment).
    static func edits(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0 ... b.count)
        for i in 0 ..< a.count {
            var row = [i + 1] + Array(repeating: 0, count: b.count)
            for j in 0 ..< b.count {
                row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
