import Signals

extension Interpretation {
    /// A few lines for a terminal.
    public func terminalText(file: String) -> String {
        let number = { (value: MeasuredValue, unit: String) in
            value.value.map { Text.number($0, digits: 0) + " " + unit } ?? "–"
        }
        var lines = [
            "\(file): \(Text.number(recording.duration)) s, \(Text.number(recording.samplingRate)) Hz, "
                + "\(Text.count(recording.leads.count, "lead")), \(Text.count(beats.beats.count, "beat"))",
            "  rate \(number(measurements.heartRate, "bpm")), PR \(number(measurements.prInterval, "ms")), "
                + "QRS \(number(measurements.qrsDuration, "ms")), QT \(number(measurements.qtInterval, "ms")), "
                + "QTc \(number(measurements.qtcFridericia, "ms")) (Fridericia), "
                + "axis \(number(measurements.qrsAxis, "°"))",
        ]
        for finding in rhythm {
            let mark = finding.code.isUrgent ? "! " : "  "
            let note = finding.code.isValidated ? "" : " [not validated on real records]"
            lines.append("\(mark)\(finding.code.name)\(note): \(finding.evidence.joined(separator: "; "))")
        }
        for finding in origin {
            lines.append(
                "\(finding.isUrgent ? "! " : "  ")Origin: \(finding.name): \(finding.evidence.joined(separator: "; "))")
        }
        if !reasons.isEmpty { lines.append("  Quality: \(reasons.joined(separator: "; "))") }
        return lines.joined(separator: "\n")
    }
}
