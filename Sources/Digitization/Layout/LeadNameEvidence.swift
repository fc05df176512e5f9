/// Compares a word from text recognition with the lead names.
///
/// Recognition loses letters that touch a trace and confuses similar ones. The evidence for a name is the logarithm of the
/// ratio between the probability of the word if that name is printed and its probability as any other text. The costs are
/// rounded from words of 100 drawn and degraded pages and 20 scans.
enum LeadNameEvidence {
    private static let deletion = -1.5
    private static let insertion = -2.5
    private static let substitution = -2.5

    /// Evidence for each name of `LeadName.standard`, in that order.
    static func values(_ word: String) -> [Double] {
        let letters = Array(word.filter { !$0.isWhitespace && !".,:;_()'\"*-−–".contains($0) })
        guard (1 ... 5).contains(letters.count) else { return [Double](repeating: -8, count: 12) }
        return spellings.map { names in
            names.map { alignment($0.letters, letters) + $0.prior }.max()!
        }
    }

    private static let spellings: [[(letters: [Character], prior: Double)]] = LeadName.standard.map { name in
        var found = [(Array(name), 0.0)]
        if name.hasPrefix("V") { found.append((Array("C" + name.dropFirst()), -1)) }
        if name.allSatisfy({ $0 == "I" }) {
            found.append((Array("D" + name), -1))
            found.append((Array("D\(name.count)"), -1))
        }
        return found
    }

    /// The best score of a printed name against a recognized word, by dynamic programming.
    private static func alignment(_ name: [Character], _ word: [Character]) -> Double {
        var table = [[Double]](
            repeating: [Double](repeating: -.infinity, count: word.count + 1), count: name.count + 1)
        table[0][0] = 0
        for i in 0 ... name.count {
            for j in 0 ... word.count {
                if i > 0 { table[i][j] = max(table[i][j], table[i - 1][j] + deletion) }
                if j > 0 { table[i][j] = max(table[i][j], table[i][j - 1] + insertion) }
                if i > 0, j > 0 {
                    table[i][j] = max(table[i][j], table[i - 1][j - 1] + similarity(name[i - 1], word[j - 1]))
                }
                // Strokes next to each other are read as one letter.
                if j > 0, i > 1, name[i - 1] == "I", name[i - 2] == "I", "HhNnUu".contains(word[j - 1]) {
                    table[i][j] = max(table[i][j], table[i - 2][j - 1] + 1)
                }
                if j > 0, i > 2, name[i - 1] == "I", name[i - 3] == "I", "MmWw".contains(word[j - 1]) {
                    table[i][j] = max(table[i][j], table[i - 3][j - 1] + 1)
                }
            }
        }
        return table[name.count][word.count]
    }

    private static func similarity(_ printed: Character, _ read: Character) -> Double {
        if printed == "I" { return read == "I" || "il1|!ı".contains(read) ? 1.5 : substitution }
        if printed == read { return 2 }
        if printed.lowercased() == read.lowercased() { return 1.8 }
        guard let group = similar[printed], group.contains(read) else { return substitution }
        return 0.5
    }

    private static let similar: [Character: String] = [
        "a": "oO4@eqd", "V": "yYuUwW", "R": "knKNh", "L": "Ii1|tcC", "F": "PpEerT", "1": "iIl|!t", "2": "zZ",
        "4": "aA", "5": "sS", "6": "bgGB", "C": "cGeO", "D": "oO0",
    ]
}
