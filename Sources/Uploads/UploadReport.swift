import Foundation
import Inference
import Interpretation
import PageDrawing
import Signals

extension UploadAnalysis {
    /// The report for a person: one A4 page as PDF with the ECG in true scale, findings, evidence and notice. Nil for
    /// pictures of beats.
    ///
    /// - Parameter created: the time of the upload in ISO 8601.
    package func report(id: String, created: String) throws -> Data? {
        guard let interpretation, let recording else { return nil }
        var marks = PageMarks()
        marks.heading = [
            "ECG report   \(created.prefix(16).replacing("T", with: " ")) UTC   result \(id)"
                + (corrections.isEmpty ? "" : "   corrected by hand"),
            measured(interpretation),
        ]
        marks.findings =
            interpretation.rhythm.map { finding in
                PageMarks.Finding(
                    text: Self.text(
                        finding.code.name, finding.confidence, finding.evidence,
                        isValidated: finding.code.isValidated),
                    isUrgent: finding.code.isUrgent, episodes: finding.episodes)
            }
            + interpretation.origin.filter { $0.code == .infarction }.map { finding in
                PageMarks.Finding(
                    text: Self.text(finding.name, finding.confidence, finding.evidence),
                    isUrgent: finding.isUrgent)
            } + conditions
        let origins = interpretation.origin.filter { $0.code != .infarction }.map(\.name)
        if !origins.isEmpty { marks.notes.append("Origin: \(origins.joined(separator: "; "))") }
        for prediction in predictions where prediction.uncertain {
            let reasons = prediction.reasons.map(\.sentence).joined(separator: "; ")
            marks.notes.append("Model \(prediction.model.name) is uncertain: \(reasons)")
        }
        let sources = interpretation.rhythm.map(\.source) + interpretation.origin.map(\.source)
        marks.notes.append("Sources: \(Set(sources).sorted().joined(separator: "; "))")
        let problems = interpretation.reasons + ecg.warnings
        if !problems.isEmpty { marks.notes.append("Quality: \(problems.joined(separator: "; "))") }
        marks.notes.append(
            "\(Prediction.notice) Do not act on this result without a clinician. In an emergency, call your local "
                + "emergency number.")
        marks.classes = interpretation.beats.beats.map(\.beatClass)
        marks.waves = interpretation.measurements.delineation.beats
        marks.footer = Prediction.notice
        return try PageDrawing(reportOf: recording, layout: ecg.layout, marks: marks).pdf()
    }

    /// The decided labels of the models with their evidence.
    private var conditions: [PageMarks.Finding] {
        predictions.filter { !$0.uncertain }.flatMap { prediction in
            prediction.labels.filter(\.decided).map { label in
                PageMarks.Finding(
                    text: "\(label.shownName) (\(label.code), score \(Int((100 * label.score).rounded())) %, "
                        + "model \(prediction.model.name)): \(label.evidence?.first?.text ?? "")")
            }
        }
    }

    private func measured(_ interpretation: Interpretation) -> String {
        let measurements = interpretation.measurements
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
        _ name: String, _ confidence: Double, _ evidence: [String], isValidated: Bool = true
    ) -> String {
        "\(name) (\(Int((100 * confidence).rounded())) %\(isValidated ? "" : ", not validated")): "
            + evidence.joined(separator: ", ")
    }
}
