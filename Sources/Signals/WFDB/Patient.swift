import Foundation

/// Age, sex and diagnoses of a patient, as far as a recording's file has them.
public struct Patient: Sendable, Equatable {
    public enum Sex: String, Sendable, Codable {
        case female
        case male
    }

    /// Years.
    public var age: Double?
    public var sex: Sex?
    /// Codes or texts, as the file has them.
    public var diagnoses: [String]

    public init(age: Double? = nil, sex: Sex? = nil, diagnoses: [String] = []) {
        (self.age, self.sex, self.diagnoses) = (age, sex, diagnoses)
    }

    /// Reads the comments of a WFDB header.
    ///
    /// These forms are known: `Age: 56`, `Sex: Male` and `Dx: 426783006,427393009` (challenges of 2020 on),
    /// `Labels: NORM` (challenge of 2024), `<age>: 51 <sex>: F <diagnoses>:` with a diagnosis on each of the
    /// following lines (LUDB), and `69 M 1085 1629 x1` (MIT-BIH).
    public init(comments: [String]) {
        self.init()
        var isList = false
        for comment in comments {
            if isList {
                diagnoses += [Self.text(comment)].compactMap { $0 }
            } else if comment.hasPrefix("<") {
                // One or more fields `<name>: value`.
                for field in comment.split(separator: "<") {
                    let parts = field.split(separator: ">", maxSplits: 1)
                    let value = parts.count > 1 ? String(parts[1].drop { $0 == ":" || $0 == " " }) : ""
                    isList = read(String(parts.first ?? ""), value) || isList
                }
            } else if let colon = comment.firstIndex(of: ":") {
                isList = read(String(comment[..<colon]), String(comment[comment.index(after: colon)...]))
            } else {
                readFirstWords(comment)
            }
        }
    }

    /// Reads a field.
    ///
    /// - Returns: true if the following lines are diagnoses.
    private mutating func read(_ name: String, _ value: String) -> Bool {
        switch name.trimmingCharacters(in: .whitespaces).lowercased() {
        case "age": age = age ?? Self.age(value)
        case "sex", "gender": sex = sex ?? Self.sex(value)
        case "dx", "labels", "diagnosis":
            diagnoses += value.split(separator: ",").compactMap { Self.text(String($0)) }
        case "diagnoses":
            diagnoses += [Self.text(value)].compactMap { $0 }
            return true
        default: break
        }
        return false
    }

    /// Reads `69 M …`.
    private mutating func readFirstWords(_ comment: String) {
        let words = comment.split(separator: " ")
        guard words.count > 1, Int(words[0]) != nil, words[1] == "M" || words[1] == "F" else { return }
        age = age ?? Self.age(String(words[0]))
        sex = sex ?? Self.sex(String(words[1]))
    }

    private static func age(_ text: String) -> Double? {
        Double(text.trimmingCharacters(in: .whitespaces)).flatMap { (0 ... 130).contains($0) ? $0 : nil }
    }

    private static func sex(_ text: String) -> Sex? {
        switch text.trimmingCharacters(in: .whitespaces).lowercased() {
        case "f", "female": .female
        case "m", "male": .male
        default: nil
        }
    }

    /// Trims a text; nil if it says nothing.
    private static func text(_ text: String) -> String? {
        let trimmed = text.trimmingCharacters(in: CharacterSet(charactersIn: " \t."))
        return trimmed.isEmpty || trimmed == "Unknown" ? nil : trimmed
    }

    /// Comments for a WFDB header, which `init(comments:)` reads.
    var comments: [String] {
        var comments: [String] = []
        if let age { comments.append("Age: \(WFDBNumber.text(age))") }
        if let sex { comments.append("Sex: \(sex == .female ? "Female" : "Male")") }
        if !diagnoses.isEmpty { comments.append("Dx: \(diagnoses.joined(separator: ","))") }
        return comments
    }
}
