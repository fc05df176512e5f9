/// Names of leads as pages print them, and as text recognition misreads them.
struct LeadName: Equatable, Sendable {
    static let limb = ["I", "II", "III", "aVR", "aVL", "aVF"]
    static let chest = ["V1", "V2", "V3", "V4", "V5", "V6"]
    static let standard = limb + chest

    /// One of `standard`.
    var name: String
    /// True for −aVR and the like.
    var isInverted = false
    /// 1 for an exact name, less for one that needs a correction.
    var certainty: Double

    /// Reads a word; nil if it is not like any name.
    init?(_ word: String) {
        var text = word.trimmingCharacters(in: .punctuation)
        var isInverted = false
        if let first = word.first, "-−–".contains(first), text.count >= 3 { isInverted = true }
        if text.lowercased().hasPrefix("lead"), text.count > 4 { text = String(text.dropFirst(4)) }
        if let exact = Self.exact[text] {
            self.init(name: exact, isInverted: isInverted && exact.hasPrefix("a"), certainty: 1)
            return
        }
        let lower = text.lowercased()
        guard (1 ... 4).contains(lower.count) else { return nil }
        if let exact = Self.exact.first(where: { $0.key.lowercased() == lower }) {
            self.init(name: exact.value, isInverted: isInverted && exact.value.hasPrefix("a"), certainty: 0.95)
            return
        }
        if lower.allSatisfy({ "il1|!ı".contains($0) }), lower.count <= 3 {
            // A single stroke can be a grid line.
            self.init(name: ["I", "II", "III"][lower.count - 1], certainty: lower.count == 1 ? 0.4 : 0.7)
            return
        }
        let letters = Array(lower)
        if letters.count == 3, "ao4@e".contains(letters[0]), "vyu".contains(letters[1]) {
            let last: String? =
                "rkn".contains(letters[2])
                ? "aVR" : "li1|t".contains(letters[2]) ? "aVL" : "fpe".contains(letters[2]) ? "aVF" : nil
            guard let last else { return nil }
            self.init(name: last, isInverted: isInverted, certainty: 0.6)
            return
        }
        if letters.count == 2, "vyu".contains(letters[0]) {
            let digits: [(String, String)] = [
                ("1il|!", "V1"), ("2z", "V2"), ("3", "V3"), ("4a", "V4"), ("5s", "V5"), ("6bg", "V6"),
            ]
            guard let digit = digits.first(where: { $0.0.contains(letters[1]) }) else { return nil }
            self.init(name: digit.1, certainty: 0.7)
            return
        }
        return nil
    }

    private init(name: String, isInverted: Bool = false, certainty: Double) {
        (self.name, self.isInverted, self.certainty) = (name, isInverted, certainty)
    }

    private static let exact: [String: String] = {
        var names: [String: String] = [:]
        for name in standard { names[name] = name }
        for (index, name) in ["I", "II", "III"].enumerated() {
            names["D\(name)"] = name
            names["D\(index + 1)"] = name
        }
        for name in ["R", "L", "F"] { names["AV\(name)"] = "aV\(name)" }
        for digit in 1 ... 6 {
            names["C\(digit)"] = "V\(digit)"
            names["MV\(digit)"] = "V\(digit)"
        }
        return names
    }()
}

extension String {
    fileprivate enum Trimmed { case punctuation }

    fileprivate func trimmingCharacters(in _: Trimmed) -> String {
        let ends: (Character) -> Bool = { ".,:;-−–_()[]'\"*".contains($0) }
        return String(drop(while: ends).reversed().drop(while: ends).reversed())
    }
}
