import APIErrors
import Digitization

/// The facts that the text fields of an upload state.
package struct UploadOptions: Sendable, Equatable {
    /// Paper speed in mm/s.
    package var speed: Double?
    /// mm/mV.
    package var gain: Double?
    /// The lead names of the pictures, in the order of the files; empty where the picture or its file name tells.
    package var leadNames: [String] = []

    package static let fields = ["paper_speed", "gain", "lead_names"]

    package init() {}

    /// - Parameter texts: the values of `fields`; an empty one counts as absent.
    /// - Throws: `APIError` with `invalidField`.
    package init(_ texts: [String: String]) throws {
        speed = try Self.number(texts["paper_speed"], "paper_speed", Correction.speeds)
        gain = try Self.number(texts["gain"], "gain", Correction.gains)
        let names = (texts["lead_names"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        leadNames = try names.map { name in
            let name = name.trimmed
            guard !name.isEmpty else { return "" }
            guard let known = PageHints.leadName(name) else {
                throw APIError(
                    .invalidField,
                    "The field lead_names must have names such as I, II, aVR or V1, separated by commas, in the order of "
                        + "the files.")
            }
            return known
        }
    }

    private static func number(
        _ text: String?, _ field: String, _ range: ClosedRange<Double>
    ) throws -> Double? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw APIError(
                .invalidField, "The field \(field) must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}

extension StringProtocol {
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
