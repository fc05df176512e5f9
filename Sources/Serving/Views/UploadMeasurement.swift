import Foundation

/// A measurement with the limits of adults, as a row of the page.
///
/// - Source: 2009 AHA/ACCF/HRS recommendations, parts III (QRS duration, axis), IV (QT) and V (hypertrophy); 2018
///   ACC/AHA/HRS guideline on bradycardia (rate, PR interval); 2007 AHA/ACC/HRS recommendations, part II (P wave).
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

    private struct Limits {
        let key: String
        let name: String
        let unit: String
        var low: Double?
        var high: Double?
        /// The limit of women, if it is another.
        var highOfWomen: Double?
        var below = "short"
        var above = "long"
    }

    private static let limits = [
        Limits(
            key: "heart_rate_bpm", name: "Heart rate", unit: "bpm", low: 60, high: 100, below: "slow", above: "fast"),
        Limits(key: "pr_ms", name: "PR interval", unit: "ms", low: 120, high: 200),
        Limits(key: "qrs_ms", name: "QRS duration", unit: "ms", high: 110),
        Limits(key: "qt_ms", name: "QT interval", unit: "ms"),
        Limits(key: "qtc_fridericia_ms", name: "QTc (Fridericia)", unit: "ms", low: 390, high: 450, highOfWomen: 460),
        Limits(key: "qtc_bazett_ms", name: "QTc (Bazett)", unit: "ms", low: 390, high: 450, highOfWomen: 460),
        Limits(key: "p_ms", name: "P duration", unit: "ms", high: 120),
        Limits(key: "axis_deg", name: "QRS axis", unit: "°", low: -30, high: 90, below: "left", above: "right"),
        Limits(key: "p_axis_deg", name: "P axis", unit: "°", low: 0, high: 75, below: "left", above: "right"),
        Limits(key: "t_axis_deg", name: "T axis", unit: "°"),
        Limits(key: "sokolow_lyon_mv", name: "Sokolow–Lyon", unit: "mV", high: 3.5, above: "high"),
        Limits(key: "cornell_mv", name: "Cornell", unit: "mV", high: 2.8, highOfWomen: 2, above: "high"),
        Limits(key: "cornell_product_mv_ms", name: "Cornell product", unit: "mV·ms", high: 244, above: "high"),
        Limits(key: "sdnn_ms", name: "SDNN", unit: "ms"),
        Limits(key: "rmssd_ms", name: "RMSSD", unit: "ms"),
    ]

    static func all(of analysis: UploadBody.Analysis) -> [UploadMeasurement] {
        limits.map { limits in
            UploadMeasurement(
                limits,
                limits.key == "heart_rate_bpm"
                    ? analysis.heartRate : analysis.measurements.values[limits.key] ?? nil,
                reason: analysis.measurements.unmeasurable[limits.key])
        }
    }

    private init(_ limits: Limits, _ number: Double?, reason: String?) {
        (key, name, unit) = (limits.key, limits.name, number == nil ? "" : limits.unit)
        value = number.map(Self.text) ?? "–"
        let high = limits.high.map { "\(Self.text($0)) \(limits.unit)" }
        let upper = limits.highOfWomen.flatMap { women in
            high.map { "\($0) (men), \(Self.text(women)) \(limits.unit) (women)" }
        }
        switch (limits.low, upper ?? high) {
        case (let low?, let high?): range = "\(Self.text(low)) to \(high)"
        case (nil, let high?): range = "up to \(high)"
        default: range = nil
        }
        guard let number else {
            (note, isOut) = ("not measurable" + (reason.map { ": \($0.replacing("-", with: " "))" } ?? ""), false)
            return
        }
        guard let most = limits.high else {
            (note, isOut) = (nil, false)
            return
        }
        let (smaller, larger) = (min(most, limits.highOfWomen ?? most), max(most, limits.highOfWomen ?? most))
        if let low = limits.low, number < low {
            (note, isOut) = (limits.below, true)
        } else if number > larger {
            (note, isOut) = (limits.above, true)
        } else if number > smaller {
            (note, isOut) = ("\(limits.above) in \(smaller == most ? "men" : "women")", true)
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
