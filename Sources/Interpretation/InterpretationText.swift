import Foundation
import Signals

extension Interpretation {
    /// Findings of rhythm in the text; the rest are named in one line.
    private static let mostFindings = 6
    /// Seconds: in a longer recording each finding has its number of episodes and their duration.
    private static let longRecording = 120.0

    /// At most about ten lines for a terminal: urgent findings, the main rhythm, then the others.
    public func terminalText(file: String) -> String {
        let number = { (value: MeasuredValue, unit: String) in
            value.value.map { Text.number($0, digits: 0) + " " + unit } ?? "–"
        }
        let length =
            recording.duration > Self.longRecording
            ? Text.duration(recording.duration) : "\(Text.number(recording.duration)) s"
        var lines = [
            "\(file): \(length), \(Text.number(recording.samplingRate)) Hz, "
                + "\(Text.count(recording.leads.count, "lead")), \(Text.count(beats.beats.count, "beat"))",
            "  rate \(number(measurements.heartRate, "bpm")), PR \(number(measurements.prInterval, "ms")), "
                + "QRS \(number(measurements.qrsDuration, "ms")), QT \(number(measurements.qtInterval, "ms")), "
                + "QTc \(number(measurements.qtcFridericia, "ms")) (Fridericia), "
                + "axis \(number(measurements.qrsAxis, "°"))",
        ]
        lines += rhythm.prefix(Self.mostFindings).map { line(for: $0) }
        let rest = rhythm.dropFirst(Self.mostFindings)
        if !rest.isEmpty {
            lines.append("  Also: \(rest.map { $0.code.rawValue.replacing("-", with: " ") }.joined(separator: ", "))")
        }
        for finding in origin where finding.isUrgent || finding.code == .ventricular || finding.code == .infarction {
            lines.append(
                "\(finding.isUrgent ? "! " : "  ")Origin: \(finding.name): \(finding.evidence.joined(separator: "; "))")
        }
        if !reasons.isEmpty { lines.append("  Quality: \(reasons.joined(separator: "; "))") }
        return lines.joined(separator: "\n")
    }

    private func line(for finding: RhythmFinding) -> String {
        let mark = finding.code.isUrgent ? "! " : "  "
        let note = finding.code.isValidated ? "" : " [not validated on real records]"
        guard recording.duration > Self.longRecording else {
            return "\(mark)\(finding.code.name)\(note): \(finding.evidence.joined(separator: "; "))"
        }
        let seconds = finding.episodes.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
        let extent =
            seconds > 0.99 * recording.duration
            ? "throughout" : "\(Text.count(finding.episodes.count, "episode")), \(Text.duration(seconds)) in all"
        return "\(mark)\(finding.code.name)\(note): \(([extent] + finding.evidence.prefix(1)).joined(separator: "; "))"
    }
}

extension Text {
    /// `45 s`, `12 min 5 s` or `23 h 59 min`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min\(whole % 60 == 0 ? "" : " \(whole % 60) s")" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
