import Foundation

/// Paper speed and gain of a page.
struct PageScale: Equatable, Sendable {
    /// The evidence for a scale.
    enum Evidence: String, Sendable {
        /// Printed text such as `25 mm/s`.
        case text
        /// A calibration pulse.
        case pulse
        /// The usual scale, without evidence on the page.
        case assumed
        /// `PageHints`.
        case stated
    }

    /// mm/s.
    var speed = 25.0
    var speedEvidence = Evidence.assumed
    /// mm/mV of the limb leads.
    var limbGain = 10.0
    /// mm/mV of the chest leads.
    var chestGain = 10.0
    var gainEvidence = Evidence.assumed

    static let speeds = [5, 6.25, 10, 12.5, 20, 25, 50, 100]
    static let gains = [1, 2, 2.5, 4, 5, 8, 10, 15, 20, 40]

    private static let usualSpeeds = [12.5, 25, 50]
    private static let usualGains = [2.5, 5, 10, 20]

    func gain(of lead: String) -> Double { lead.hasPrefix("V") ? chestGain : limbGain }

    init() {}

    /// - Parameters:
    ///   - words: all words of the page.
    ///   - pulses: pulses of the rows. They take precedence over text that they contradict. Without a whole pulse, halves
    ///     count, but only for the gain.
    init(words: [PageWord], pulses: [CalibrationPulse]) {
        let text = Self.lines(of: words).joined(separator: " \n ").lowercased()
        // Text recognition loses digits: 5 mm/s is more often a part of 25 mm/s.
        let isText = words.allSatisfy { $0.confidence >= 1 }
        readSpeed(text, known: isText ? Self.speeds : Self.usualSpeeds)
        readGain(text, known: isText ? Self.gains : Self.usualGains)
        let whole = pulses.filter(\.isWhole)
        // One half of a pulse can be something else.
        let heights = (whole.isEmpty && pulses.count > 1 ? pulses : whole).map(\.height).sorted()
        guard let height = heights.isEmpty ? nil : heights[heights.count / 2] else { return }
        let nearest = Self.gains.min { abs($0 / height - 1) < abs($1 / height - 1) }!
        let isClear = abs(nearest / height - 1) < 0.08
        // On pictures, rows that overlap cut pulses off: a lower one does not contradict text.
        let contradicts = limbGain != nearest && chestGain != nearest && (isText || nearest > min(limbGain, chestGain))
        if isClear, gainEvidence == .assumed || contradicts {
            (limbGain, chestGain, gainEvidence) = (nearest, nearest, .pulse)
        }
        // Pulses usually last 200 ms.
        let widths = whole.map(\.width).sorted()
        guard let width = widths.isEmpty ? nil : widths[widths.count / 2] else { return }
        if speedEvidence == .assumed, let speed = [12.5, 25, 50].first(where: { abs($0 * 0.2 / width - 1) < 0.12 }) {
            (self.speed, speedEvidence) = (speed, .pulse)
        }
    }

    private mutating func readSpeed(_ text: String, known: [Double]) {
        let pattern = /(\d{1,3}(?:[.,]\d{1,2})?)\s*mm\s*[\/il|1]?\s*s/
        for match in text.matches(of: pattern) {
            guard let value = Self.number(match.1), known.contains(value) else { continue }
            (speed, speedEvidence) = (value, .text)
            return
        }
    }

    private mutating func readGain(_ text: String, known: [Double]) {
        let pattern =
            /(?:(l?imb|ext|c?hest|prec|v)[a-z]*\s*[:=]?\s*)?(\d{1,3}(?:[.,]\d{1,2})?)\s*(mm|cm)\s*[\/il|1s]?\s*m\s*[vy¥]/
        for match in text.matches(of: pattern) {
            guard let number = Self.number(match.2) else { continue }
            let value = number * (match.3 == "cm" ? 10 : 1)
            guard known.contains(value) else { continue }
            let place = match.1.map(String.init)
            if place == nil || place?.hasSuffix("imb") == true || place == "ext" { limbGain = value }
            if place == nil || place?.hasSuffix("hest") == true || place == "prec" || place == "v" { chestGain = value }
            gainEvidence = .text
            if place == nil { return }
        }
    }

    private static func number(_ text: Substring) -> Double? { Double(text.replacing(",", with: ".")) }

    /// The words of each printed line, from left to right.
    static func lines(of words: [PageWord]) -> [String] {
        var lines: [(middle: Double, height: Double, words: [PageWord])] = []
        for word in words.sorted(by: { ($0.top, $0.left) < ($1.top, $1.left) }) {
            let middle = (word.top + word.bottom) / 2
            let height = word.bottom - word.top
            if let index = lines.lastIndex(where: { abs($0.middle - middle) < 0.5 * max($0.height, height) }) {
                lines[index].words.append(word)
            } else {
                lines.append((middle, height, [word]))
            }
        }
        return lines.map { line in
            line.words.sorted { $0.left < $1.left }.map(\.text).joined(separator: " ")
        }
    }
}
