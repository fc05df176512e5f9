import Files
import Foundation

/// The labels of a data set or a model with their meanings, versioned.
///
/// Codes alone are ambiguous: a mapping of the public ECG image set's letters that is in circulation calls paced beats
/// an infarction. A data set therefore names its space, a model contains its own, and the two are compared.
public struct LabelSpace: Equatable, Sendable {
    /// One label.
    public struct Label: Equatable, Sendable {
        /// The name in manifests, class folders and score columns.
        public let code: String
        /// The text that people read; the condition where the file has none.
        public let name: String
        public let condition: Condition
        /// The text for patients next to a result.
        public let explanation: String
        /// A public https page with more information.
        public let link: String
        /// The class of the source data.
        public let standsFor: String

        public init(
            code: String, name: String? = nil, condition: Condition, explanation: String, link: String,
            standsFor: String
        ) {
            self.code = code
            self.name = name ?? condition.rawValue
            self.condition = condition
            self.explanation = explanation
            self.link = link
            self.standsFor = standsFor
        }
    }

    public let name: String
    /// Incremented when a code, its meaning or the order changes.
    public let version: Int
    /// The labels in the order of score columns; never empty.
    public let labels: [Label]

    private let positions: [String: Int]

    /// - Precondition: there is at least one label, the codes differ, and all are valid by `problem(inCode:)`.
    public init(name: String, version: Int, labels: [Label]) {
        precondition(!labels.isEmpty, "a label space without labels")
        for label in labels {
            precondition(Self.problem(inCode: label.code) == nil, "“\(label.code)” is not a valid label code")
        }
        self.name = name
        self.version = version
        self.labels = labels
        positions = Dictionary(labels.enumerated().map { ($1.code, $0) }) { _, _ in
            preconditionFailure("two labels with one code")
        }
    }

    /// The number of labels, L.
    public var count: Int { labels.count }

    /// The codes, in order.
    public var codes: [String] { labels.map(\.code) }

    /// The identifier in results, such as `aami 1`.
    public var fingerprint: String { "\(name) \(version)" }

    /// Returns the index of a code.
    public func index(ofCode code: String) -> Int? { positions[code] }

    /// Returns the most similar code for a misspelled one.
    public func nearestCode(to code: String) -> String? {
        if let sameLetters = codes.first(where: { $0.lowercased() == code.lowercased() }) { return sameLetters }
        let named = labels.first {
            [$0.name, $0.condition.rawValue].map { $0.lowercased() }.contains(code.lowercased())
        }
        return named?.code ?? NearestName.of(code, among: codes)
    }

    /// Returns the codes of labels, joined as in manifests and predictions.
    public func joined(_ labels: [Int]) -> String {
        labels.map { self.labels[$0].code }.joined(separator: Self.separator)
    }

    static let separator = "|"

    /// Returns the reason why a text is not a valid code; nil if it is valid.
    ///
    /// Codes are joined by `|`, are column names in CSV files and name folders.
    public static func problem(inCode code: String) -> String? {
        guard !code.isEmpty else { return "it is empty" }
        guard code == code.trimmingCharacters(in: .whitespacesAndNewlines) else {
            return "it begins or ends with a blank"
        }
        if let bad = code.unicodeScalars.first(where: { "|,\"/\\".unicodeScalars.contains($0) || $0.value < 32 }) {
            return bad.value < 32 ? "it contains a control character" : "it contains “\(bad)”"
        }
        guard !code.hasPrefix(".") else { return "it begins with a dot" }
        guard !["path", "truth", "decision", "uncertain"].contains(code) else {
            return "predictions.csv has a column of that name"
        }
        return nil
    }
}

/// A condition that patients understand: one of seven, whatever codes a data set uses.
public enum Condition: String, CaseIterable, Codable, Sendable {
    case normal = "Normal"
    case supraventricularArrhythmia = "Supraventricular arrhythmia"
    case ventricularArrhythmia = "Ventricular arrhythmia"
    case myocardialInfarction = "Myocardial infarction"
    case hypertrophy = "Hypertrophy"
    case fusionOrMiscellaneous = "Fusion or miscellaneous"
    case uncertain = "Uncertain"
}
