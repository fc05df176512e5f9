import Foundation

extension LabelSpace {
    /// Creates a space from label names alone, for data sets that are not about ECGs.
    ///
    /// Codes are the names, with `-` for characters that a code must not contain and for blanks. Equal codes are
    /// numbered. The name is kept as `stands_for`.
    ///
    /// - Precondition: there is at least one name, and the names differ.
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
