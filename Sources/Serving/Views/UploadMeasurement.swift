import DiagnosticFeatures
import Foundation

/// A measurement with the limits of adults (`ClinicalLimit`), as a row of the page.
struct UploadMeasurement {
    /// The key in the JSON.
    let key: String
    let name: String
    /// The number of the JSON, with a minus sign; a dash without a value.
    let value: String
    let unit: String
    /// The usual values; nil without limits.
    let range: String?
    /// Whether the value is usual, in words; why it is missing; nil without limits.
    let note: String?
    let isOut: Bool

    private struct Row {
        let key: String
        let name: String
        let unit: String
        var limit: ClinicalLimit?
        var below = "short"
        var above = "long"
    }

    private static let rows = [
        Row(key: "heart_rate_bpm", name: "Heart rate", unit: "bpm", limit: .heartRate, below: "slow", above: "fast"),
        Row(key: "pr_ms", name: "PR interval", unit: "ms", limit: .prInterval),
        Row(key: "qrs_ms", name: "QRS duration", unit: "ms", limit: .qrsDuration),
        Row(key: "qt_ms", name: "QT interval", unit: "ms"),
        Row(key: "qtc_fridericia_ms", name: "QTc (Fridericia)", unit: "ms", limit: .qtc),
        Row(key: "qtc_bazett_ms", name: "QTc (Bazett)", unit: "ms", limit: .qtc),
        Row(key: "p_ms", name: "P duration", unit: "ms", limit: .pDuration),
        Row(key: "axis_deg", name: "QRS axis", unit: "°", limit: .qrsAxis, below: "left", above: "right"),
        Row(key: "p_axis_deg", name: "P axis", unit: "°"), Row(key: "t_axis_deg", name: "T axis", unit: "°"),
        Row(key: "sokolow_lyon_mv", name: "Sokolow–Lyon", unit: "mV", limit: .sokolowLyon, above: "high"),
        Row(key: "cornell_mv", name: "Cornell", unit: "mV", limit: .cornell, above: "high"),
        Row(
            key: "cornell_product_mv_ms", name: "Cornell product", unit: "mV·ms", limit: .cornellProduct, above: "high"),
        Row(key: "sdnn_ms", name: "SDNN", unit: "ms"), Row(key: "rmssd_ms", name: "RMSSD", unit: "ms"),
    ]

    static func all(of analysis: UploadBody.Analysis) -> [UploadMeasurement] {
        rows.map { row in
            UploadMeasurement(
                row,
                row.key == "heart_rate_bpm" ? analysis.heartRate : analysis.measurements.values[row.key] ?? nil,
                reason: analysis.measurements.unmeasurable[row.key])
        }
    }

    private init(_ row: Row, _ number: Double?, reason: String?) {
        (key, name, unit) = (row.key, row.name, number == nil ? "" : row.unit)
        value = number.map(Self.text) ?? "–"
        let (low, men, women) = (row.limit?.men.low, row.limit?.men.high, row.limit?.women.high)
        let high = men.map { men in
            let upper = "\(Self.text(men)) \(row.unit)"
            guard let women, women != men else { return upper }
            return "\(upper) (men), \(Self.text(women)) \(row.unit) (women)"
        }
        range = high.map { high in low.map { "\(Self.text($0)) to \(high)" } ?? "up to \(high)" }
        guard let number else {
            (note, isOut) = ("not measurable" + (reason.map { ": \($0.replacing("-", with: " "))" } ?? ""), false)
            return
        }
        guard let men, let women else {
            (note, isOut) = (nil, false)
            return
        }
        if let low, number < low {
            (note, isOut) = (row.below, true)
        } else if number > max(men, women) {
            (note, isOut) = (row.above, true)
        } else if number > min(men, women) {
            (note, isOut) = ("\(row.above) in \(men < women ? "men" : "women")", true)
        } else {
            (note, isOut) = ("normal", false)
        }
    }

    /// Returns a number as the JSON has it, with a minus sign.
    static func text(_ number: Double) -> String {
        let text = number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
        return text.replacing("-", with: "−")
    }
}
