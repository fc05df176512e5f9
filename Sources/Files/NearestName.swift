/// Suggests a known name for a misspelled one in error messages.
public enum NearestName {
    /// Returns the first of `known` with the smallest edit distance to `name`, ignoring case.
    ///
    /// - Returns: nil if no name is close enough: more than half of the longer word would have to change.
    public static func of(_ name: String, among known: some Sequence<String>) -> String? {
        var best: (distance: Int, word: String)?
        let wanted = Array(name.lowercased().unicodeScalars)
        for word in known {
            let candidate = Array(word.lowercased().unicodeScalars)
            let distance = editDistance(wanted, candidate)
            guard 2 * distance <= max(wanted.count, candidate.count) else { continue }
            if best == nil || distance < best!.distance { best = (distance, word) }
        }
        return best?.word
    }

    /// Returns the optimal string alignment distance: insertions, deletions, replacements and swaps of adjacent
    /// characters.
    private static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0 ... b.count)
        for i in 0 ..< a.count {
            var row = [i + 1]
            for j in 0 ..< b.count {
                var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
                row.append(distance)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
