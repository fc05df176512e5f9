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
    /// Leads whose gain the text leaves open, although it gives that of the others.
    private(set) var openGroup: Group?

    /// Leads that have the same gain.
    enum Group: Sendable {
        case limb, chest

        init(of lead: String) { self = lead.hasPrefix("V") ? .chest : .limb }
    }

    static let speeds = [5, 6.25, 10, 12.5, 20, 25, 50, 100]
    static let gains = [1, 2, 2.5, 4, 5, 8, 10, 15, 20, 40]

    private static let usualSpeeds = [12.5, 25, 50]
    private static let usualGains = [2.5, 5, 10, 20]

    func gain(of lead: String) -> Double { Group(of: lead) == .chest ? chestGain : limbGain }

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
            (limbGain, chestGain, gainEvidence, openGroup) = (nearest, nearest, .pulse, nil)
        }
        // Pulses usually last 200 ms.
        let widths = whole.map(\.width).sorted()
        guard let width = widths.isEmpty ? nil : widths[widths.count / 2] else { return }
        if speedEvidence == .assumed, let speed = [12.5, 25, 50].first(where: { abs($0 * 0.2 / width - 1) < 0.12 }) {
            (self.speed, speedEvidence) = (speed, .pulse)
        }
    }

    /// Applies the pulses next to named leads, because limb and chest leads can have gains of their own.
    ///
    /// - Parameter pulses: the whole pulses, each with the group of the leads next to it and its height in mm.
    mutating func apply(pulses: [(group: Group, height: Double)]) {
        func gain(_ group: Group) -> Double? { Self.common(pulses.filter { $0.group == group }.map(\.height)) }
        let (limb, chest) = (gain(.limb), gain(.chest))
        if let limb, let chest, limb != chest {
            (limbGain, chestGain, gainEvidence, openGroup) = (limb, chest, .pulse, nil)
        } else if let gain = openGroup == .limb ? limb : chest, let group = openGroup {
            if group == .limb { limbGain = gain } else { chestGain = gain }
            openGroup = nil
        }
    }

    /// The gain that most pulses show; nil if they differ.
    private static func common(_ heights: [Double]) -> Double? {
        let gains = heights.map { height in usualGains.first { abs($0 / height - 1) < 0.08 } }
        return usualGains.first { gain in gains.count { $0 == gain } * 4 > gains.count * 3 }
    }

    private mutating func readSpeed(_ text: String, known: [Double]) {
        let pattern = /(\d{1,3}(?:[.,]\d{1,2})?)\s*mm\s*[\/il|1]?\s*s/
        for match in text.matches(of: pattern) {
            guard let value = Self.number(match.1), known.contains(value) else { continue }
            (speed, speedEvidence) = (value, .text)
            return
        }
    }

    /// Reads gains such as `10 mm/mV`, or `limb 10 mm/mV chest 5 mm/mV`.
    ///
    /// Text recognition loses the names of the groups: of two gains, the first is that of the limb leads. It also loses
    /// numbers: a name without a number leaves the gain of its group open.
    private mutating func readGain(_ text: String, known: [Double]) {
        let pattern =
            /(?:(l?imb|ext|c?hest|prec|v)[a-z]*\s*[:=]?\s*)?(\d{1,3}(?:[.,]\d{1,2})?)\s*(mm|cm)\s*[\/il|1s]?\s*m\s*[vy¥]/
        var found: [(isChest: Bool?, gain: Double)] = []
        for match in text.matches(of: pattern) {
            guard let number = Self.number(match.2) else { continue }
            let gain = number * (match.3 == "cm" ? 10 : 1)
            guard known.contains(gain) else { continue }
            found.append((match.1.map { !$0.hasSuffix("imb") && $0 != "ext" }, gain))
        }
        let unnamed = found.filter { $0.isChest == nil }.map(\.gain)
        let limb = found.first { $0.isChest == false }?.gain ?? unnamed.first
        let chest = found.first { $0.isChest == true }?.gain ?? unnamed.last
        guard let either = limb ?? chest else { return }
        (limbGain, chestGain, gainEvidence) = (limb ?? either, chest ?? either, .text)
        guard found.count == 1, limb == nil || chest == nil || text.contains(/\b(limb|chest)\b/) else { return }
        openGroup = limb == nil ? .limb : .chest
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
