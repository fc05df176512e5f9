import Foundation

extension LabelSpace {
    /// A space for labels of which only the names are known: those of a data set that is not about ECGs.
    ///
    /// Codes are the names with everything replaced by `-` that a code may not hold, and blanks too; two names that
    /// become the same code are numbered. What a name was is kept as `stands_for`.
    ///
    /// - Precondition: at least one name; they differ.
    public init(named name: String, ofForeignLabels names: [String]) {
        var used: Set<String> = []
        let labels = names.map { original in
            let code = Self.safeCode(original)
            var candidate = code
            var number = 2
            while !used.insert(candidate).inserted {
                candidate = "\(code)-\(number)"
                number += 1
            }
            let shown = original.trimmingCharacters(in: .whitespacesAndNewlines)
            return Label(
                code: candidate, condition: .fusionOrMiscellaneous,
                explanation: "A label of the data set “\(name)”; it stands for no condition of the heart.",
                link: "https://mulan.sourceforge.net/datasets-mlc.html", standsFor: shown.isEmpty ? candidate : shown)
        }
        let title = name.trimmingCharacters(in: .whitespacesAndNewlines)
        self.init(name: title.isEmpty ? "labels" : title, version: 1, labels: labels)
    }

    private static func safeCode(_ name: String) -> String {
        let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
        var code = ""
        for character in trimmed {
            code.append(character.isWhitespace || problem(inCode: "x\(character)x") != nil ? "-" : character)
        }
        return problem(inCode: code) == nil ? code : "label-\(code)"
    }
}
