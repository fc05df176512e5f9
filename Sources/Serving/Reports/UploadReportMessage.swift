import Accounts
import Files
import Foundation
import Inference
import Uploads

extension ReportMessage {
    /// Creates the e-mail for an upload: the findings as text, and the report as an attached PDF.
    ///
    /// Uncertain models name no condition.
    ///
    /// - Parameters:
    ///   - pdf: The report.
    ///   - created: The time of the upload in ISO 8601.
    init(_ analysis: UploadAnalysis, pdf: Data, id: String, created: String, reportID: String) {
        let day = String(created.prefix(10))
        var lines = [
            "\(Prediction.notice) Do not act on this result without a clinician. If you feel unwell or in an emergency, "
                + "call your local emergency number.", "",
        ]
        if let interpretation = analysis.interpretation {
            if interpretation.isUrgent { lines += ["URGENT: show this ECG to a clinician now.", ""] }
            lines += ["Rhythm: \(interpretation.rhythm.map(\.code.name).joined(separator: ", "))"]
            if let rate = interpretation.measurements.heartRate.value {
                lines.append("Heart rate: \(Int(rate.rounded())) beats per minute")
            }
            let origins = interpretation.origin.map(\.name)
            if !origins.isEmpty { lines.append("Origin: \(origins.joined(separator: ", "))") }
        }
        for prediction in analysis.predictions {
            let decided = prediction.labels.filter(\.decided).map(\.shownName)
            let answer =
                prediction.uncertain
                ? "uncertain (\(prediction.reasons.map(\.sentence).joined(separator: "; ")))"
                : decided.isEmpty ? "none" : decided.joined(separator: ", ")
            lines.append("Conditions (model \(prediction.model.name)): \(answer)")
        }
        lines += [
            "", "The attached PDF shows the ECG in true scale with the evidence of each finding.", "",
            "Reference details",
            "  Result: \(id)", "  Report: \(reportID)", "  Created: \(created)",
        ]
        if !analysis.corrections.isEmpty { lines.append("  Corrected by hand") }
        for prediction in analysis.predictions {
            lines.append("  Model: \(prediction.model.name), SHA-256 \(prediction.model.sha256)")
        }
        let text = lines.joined(separator: "\n") + "\n"
        let paragraphs = text.components(separatedBy: "\n\n").map { part in
            "<p>\(HTMLText.escape(part.trimmingCharacters(in: .newlines)).replacing("\n", with: "<br>\n"))</p>"
        }
        self.init(
            // The subject contains no finding, because others may see a list of messages.
            subject: "Your ECG result of \(day)", text: text,
            html: "<!doctype html>\n<html lang=\"en\"><body>\n\(paragraphs.joined(separator: "\n"))\n</body></html>\n",
            attachments: [.init(name: "ecg-report.pdf", type: "application/pdf", data: pdf)])
    }
}
