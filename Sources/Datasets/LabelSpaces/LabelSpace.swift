import Files
import Foundation

/// The labels that a data set gives and a model answers with: what each code means, in a versioned file.
///
/// A code alone is dangerous: the letters of the public ECG image set circulate with a map that calls paced beats an
/// infarction. So a data set names its space, a model carries its own, and the two are compared.
public struct LabelSpace: Equatable, Sendable {
    /// One label.
    public struct Label: Equatable, Sendable {
        /// What manifests, class folders and score columns call it.
        public let code: String
        public let condition: Condition
        /// What a patient reads beside a result.
        public let explanation: String
        /// A public page that says more; always https.
        public let link: String
        /// The class of the source data that the code stands for.
        public let standsFor: String

        public init(code: String, condition: Condition, explanation: String, link: String, standsFor: String) {
            self.code = code
            self.condition = condition
            self.explanation = explanation
            self.link = link
            self.standsFor = standsFor
        }
    }

    public let name: String
    /// Counted up whenever a code, its meaning or the order changes.
    public let version: Int
    /// In the order of every score column; never empty.
    public let labels: [Label]

    private let positions: [String: Int]

    /// - Precondition: there is a label, the codes differ, and `problem(inCode:)` finds nothing.
    public init(name: String, version: Int, labels: [Label]) {
        precondition(!labels.isEmpty, "a label space without labels")
        for label in labels {
            precondition(Self.problem(inCode: label.code) == nil, "“\(label.code)” cannot be a label's code")
        }
        self.name = name
        self.version = version
        self.labels = labels
        positions = Dictionary(labels.enumerated().map { ($1.code, $0) }) { _, _ in
            preconditionFailure("two labels with one code")
        }
    }

    /// How many labels there are: L.
    public var count: Int { labels.count }

    /// The codes, in order.
    public var codes: [String] { labels.map(\.code) }

    /// What results are marked with, such as `aami 1`.
    public var fingerprint: String { "\(name) \(version)" }

    /// The position of a code.
    public func index(ofCode code: String) -> Int? { positions[code] }

    /// The code that somebody who wrote `code` may have meant.
    public func nearestCode(to code: String) -> String? {
        if let sameLetters = codes.first(where: { $0.lowercased() == code.lowercased() }) { return sameLetters }
        let named = labels.first { $0.condition.rawValue.lowercased() == code.lowercased() }
        return named?.code ?? NearestName.of(code, among: codes)
    }

    /// Codes joined as manifests and predictions join them.
    public func joined(_ labels: [Int]) -> String {
        labels.map { self.labels[$0].code }.joined(separator: Self.separator)
    }

    static let separator = "|"

    /// Why a text cannot be a code, or nil if it can.
    ///
    /// Codes are joined by `|`, stand in CSV headers beside other columns and name folders.
    public static func problem(inCode code: String) -> String? {
        guard !code.isEmpty else { return "it is empty" }
        guard code == code.trimmingCharacters(in: .whitespacesAndNewlines) else {
            return "it begins or ends with a blank"
        }
        if let bad = code.unicodeScalars.first(where: { "|,\"/\\".unicodeScalars.contains($0) || $0.value < 32 }) {
            return bad.value < 32 ? "it holds a control character" : "it holds “\(bad)”"
        }
        guard !code.hasPrefix(".") else { return "it begins with a dot" }
        guard !["path", "truth", "decision", "uncertain"].contains(code) else {
            return "a column of predictions.csv has that name"
        }
        return nil
    }
}

/// What a label means to the person whose ECG it is: one of seven, whatever code a data set uses.
public enum Condition: String, CaseIterable, Codable, Sendable {
    case normal = "Normal"
    case supraventricularArrhythmia = "Supraventricular arrhythmia"
    case ventricularArrhythmia = "Ventricular arrhythmia"
    case myocardialInfarction = "Myocardial infarction"
    case hypertrophy = "Hypertrophy"
    case fusionOrMiscellaneous = "Fusion or miscellaneous"
    case uncertain = "Uncertain"
}
