import Foundation
import Signals

/// A digitized page as one line of JSON, as `heartsense digitize --json` prints it.
public struct DigitizationReport: Encodable, Sendable {
    private let file: String
    private let record: String?
    private let page: DigitizedPage
    private let sentences: [String]
    private let beats: Beats?
    private let heartRate: Double?

    /// - Parameters:
    ///   - file: the name to print.
    ///   - record: path of the WFDB record that was written; nil for none.
    ///   - sentence: a sentence in place of those of the page's reasons.
    public init(_ page: DigitizedPage, file: String, record: String?, sentence: String? = nil) {
        (self.file, self.record, self.page) = (file, record, page)
        sentences = sentence.map { [$0] } ?? page.reasons.map(\.sentence)
        if page.recording.leads.isEmpty {
            (beats, heartRate) = (nil, nil)
        } else {
            let beats = BeatDetector().beats(in: page.recording)
            self.beats = beats
            heartRate = Measurements(of: page.recording, beats: beats).heartRate.value
        }
    }

    /// One line, without a line break at its end.
    public func jsonLine() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// A line for people.
    public var text: String {
        let place = page.number > 1 ? "\(file), page \(page.number)" : file
        let problems = sentences.joined(separator: " ")
        guard page.isUsable else { return "\(place): not usable. \(problems)" }
        let snr = page.estimatedSNR.map { String(format: ", estimated SNR %.0f dB", $0) } ?? ""
        let rate = heartRate.map { String(format: ", %.0f beats per minute", $0) } ?? ""
        let scale =
            "\(Self.number(page.speed)) mm/s, \(Self.number(page.gain)) mm/mV"
            + (page.gainEvidence == .assumed ? " (assumed)" : "")
        let count = page.recording.leads.count
        return
            "\(place): \(count) \(count == 1 ? "lead" : "leads"), \(page.layout ?? "unknown layout"), \(scale)\(snr)\(rate)"
            + (record.map { " → \($0)" } ?? "") + (problems.isEmpty ? "" : ". \(problems)")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func rounded(_ value: Double, _ digits: Int) -> Double {
        let scale = pow(10, Double(digits))
        return (value * scale).rounded() / scale
    }

    public func encode(to encoder: any Encoder) throws {
        var line = encoder.container(keyedBy: Key.self)
        try line.encode(file, forKey: Key("file"))
        try line.encode(record, forKey: Key("record"))
        try line.encode(Self.rounded(page.recording.duration, 3), forKey: Key("duration_s"))
        try line.encode(page.recording.samplingRate, forKey: Key("sampling_rate_hz"))
        var leads = line.nestedUnkeyedContainer(forKey: Key("leads"))
        for lead in beats?.leads ?? [] {
            var entry = leads.nestedContainer(keyedBy: Key.self)
            try entry.encode(lead.name, forKey: Key("name"))
            try entry.encode(lead.grade.rawValue, forKey: Key("quality"))
        }
        try line.encode(heartRate.map { Self.rounded($0, 1) }, forKey: Key("heart_rate_bpm"))
        try encodePage(&line)
        var quality = line.nestedContainer(keyedBy: Key.self, forKey: Key("quality"))
        try quality.encode(page.isUsable, forKey: Key("usable"))
        try quality.encode(page.estimatedSNR.map { Self.rounded($0, 1) }, forKey: Key("snr_estimate_db"))
        var coverage = quality.nestedContainer(keyedBy: Key.self, forKey: Key("coverage"))
        for box in page.leadBoxes { try coverage.encode(Self.rounded(box.coverage, 3), forKey: Key(box.lead)) }
        try line.encode(page.reasons.map(\.rawValue), forKey: Key("reasons"))
        try line.encode(sentences, forKey: Key("messages"))
        var proposals = line.nestedUnkeyedContainer(forKey: Key("proposals"))
        for proposal in page.proposals {
            var entry = proposals.nestedContainer(keyedBy: Key.self)
            switch proposal {
            case .exchange(let first, let second): try entry.encode([first, second], forKey: Key("exchange"))
            case .invert(let lead): try entry.encode(lead, forKey: Key("invert"))
            }
        }
        try line.encode("Not a medical device.", forKey: Key("notice"))
    }

    private func encodePage(_ line: inout KeyedEncodingContainer<Key>) throws {
        var entry = line.nestedContainer(keyedBy: Key.self, forKey: Key("page"))
        try entry.encode(page.number, forKey: Key("number"))
        try entry.encode(page.kind.rawValue, forKey: Key("kind"))
        try entry.encode(page.speed, forKey: Key("mm_per_s"))
        try entry.encode(page.speedEvidence.rawValue, forKey: Key("mm_per_s_from"))
        try entry.encode(page.gain, forKey: Key("mm_per_mv"))
        try entry.encode(page.chestGain, forKey: Key("mm_per_mv_chest"))
        try entry.encode(page.gainEvidence.rawValue, forKey: Key("mm_per_mv_from"))
        try entry.encode(page.pixelsPerMillimeter.map { Self.rounded($0, 4) }, forKey: Key("pixels_per_mm"))
        try entry.encode(Self.rounded(page.rotation, 2), forKey: Key("rotation_deg"))
        try entry.encode(page.layout, forKey: Key("layout"))
        try entry.encode(page.leadOrder, forKey: Key("lead_order"))
        var boxes = entry.nestedUnkeyedContainer(forKey: Key("leads"))
        for box in page.leadBoxes {
            var lead = boxes.nestedContainer(keyedBy: Key.self)
            try lead.encode(box.lead, forKey: Key("name"))
            try lead.encode(box.isRhythmStrip, forKey: Key("rhythm_strip"))
            let corners = [box.left, box.top, box.right, box.bottom].map { Self.rounded($0, 1) }
            try lead.encode(corners, forKey: Key("box"))
        }
    }
}
