import Foundation
import Interpretation
import PageDrawing
import Signals

extension Interpretation {
    /// Returns the drawing with beats, waves and findings as SVG.
    ///
    /// - Parameter file: the name to print.
    /// - Throws: `PageDrawingError.noLeads`.
    func plot(file: String) throws -> Data {
        var marks = PageMarks()
        marks.heading = [heading(file: file), measured]
        marks.findings =
            rhythm.map { finding in
                PageMarks.Finding(
                    text: Self.text(
                        finding.code.name, finding.confidence, finding.evidence, isValidated: finding.code.isValidated),
                    isUrgent: finding.code.isUrgent, episodes: finding.episodes)
            }
            + origin.filter { $0.code == .infarction }.map { finding in
                PageMarks.Finding(
                    text: Self.text(finding.name, finding.confidence, finding.evidence, isValidated: true),
                    isUrgent: finding.isUrgent)
            }
        let origins = origin.filter { $0.code != .infarction }.map(\.name)
        marks.notes = origins.isEmpty ? [] : ["Origin: \(origins.joined(separator: "; "))"]
        if !reasons.isEmpty { marks.notes.append("Quality: \(reasons.joined(separator: "; "))") }
        marks.classes = beats.beats.map(\.beatClass)
        marks.waves = measurements.delineation.beats
        marks.footer = "Not a medical device."
        return try PageDrawing(of: recording, marks: marks).svg()
    }

    private func heading(file: String) -> String {
        var parts = [URL(fileURLWithPath: file).lastPathComponent]
        if let sex = patient.sex { parts.append(sex == .female ? "female" : "male") }
        if let age = patient.age { parts.append("\(Int(age)) years") }
        parts.append("\((recording.duration * 10).rounded() / 10) s")
        return parts.joined(separator: "   ")
    }

    /// Rate, intervals and axis, as far as they could be measured.
    private var measured: String {
        let values: [(String, MeasuredValue, String)] = [
            ("Rate", measurements.heartRate, "bpm"), ("PR", measurements.prInterval, "ms"),
            ("QRS", measurements.qrsDuration, "ms"), ("QT", measurements.qtInterval, "ms"),
            ("QTc (Fridericia)", measurements.qtcFridericia, "ms"), ("Axis", measurements.qrsAxis, "°"),
        ]
        return values.map { name, value, unit in
            "\(name) " + (value.value.map { "\(Int($0.rounded()))\(unit == "°" ? "" : " ")\(unit)" } ?? "–")
        }.joined(separator: "   ")
    }

    private static func text(
        _ name: String, _ confidence: Double, _ evidence: [String], isValidated: Bool
    ) -> String {
        "\(name) (\(Int((100 * confidence).rounded())) %\(isValidated ? "" : ", not validated")): "
            + evidence.joined(separator: ", ")
    }
}
