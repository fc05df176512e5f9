import Accounts
import Files
import Foundation
import Inference

extension ReportMessage {
    /// Creates the e-mail for a prediction.
    ///
    /// An uncertain result names no condition, neither the most likely one nor normal. The scores follow below.
    ///
    /// - Parameters:
    ///   - input: The digest of the picture's file.
    ///   - created: The time of the prediction.
    init(_ prediction: Prediction, input: Digest, created: Date, figure: ReportFigure, reportID: String) {
        let content = ReportContent(prediction, input: input, created: created, figure: figure, reportID: reportID)
        self.init(
            // The subject contains no finding, because others may see a list of messages.
            subject: "Your ECG result of \(content.day)", text: content.text,
            html: Templates.render(content, "reportmail"),
            attachments: [
                .init(name: "figure.png", type: "image/png", data: figure.png, contentID: ReportFigure.contentID)
            ])
    }
}

/// The content of the text and of `reportmail.mustache`.
private struct ReportContent {
    struct Finding {
        let condition: String
        let code: String
        let percent: String
        let explanation: String
        let link: String
    }

    struct Row {
        let name: String
        let value: String
    }

    let notice: String
    let caution =
        "Do not act on this result without a clinician. If you feel unwell or in an emergency, call your local emergency "
        + "number."
    let day: String
    let verdict: String
    let sentences: [String]
    let findings: [Finding]
    let contentID = ReportFigure.contentID
    let caption: String
    /// The highest first.
    let scores: [Row]
    let references: [Row]

    init(_ prediction: Prediction, input: Digest, created: Date, figure: ReportFigure, reportID: String) {
        notice = prediction.notice
        caption = figure.caption
        day = String(created.ISO8601Format().prefix(10))
        let decided = prediction.uncertain ? [] : prediction.labels.filter(\.decided)
        findings = decided.map {
            Finding(
                condition: $0.shownName, code: $0.code, percent: AnswerView.percent($0.score),
                explanation: $0.explanation, link: $0.link)
        }
        if prediction.uncertain {
            verdict = "Result: uncertain"
            sentences =
                [
                    "The model is not sure enough to name a condition. The ECG may or may not be normal. Ask a clinician "
                        + "to read it. Reasons:"
                ]
                + prediction.reasons.map { "– \(AnswerView.capitalized($0.sentence))." }
        } else {
            let names = decided.isEmpty ? ["none of the conditions below"] : decided.map(\.shownName)
            verdict = "Result: " + names.joined(separator: ", ")
            sentences = [
                "The score estimates how often such a result is right for pictures like those used to test the model. It "
                    + "is not the probability that you are ill. The result can be wrong."
            ]
        }
        scores = prediction.labels.sorted { $0.score > $1.score }.map {
            Row(name: "\($0.shownName) (\($0.code))", value: AnswerView.percent($0.score) + " %")
        }
        references = [
            Row(name: "Result", value: prediction.id), Row(name: "Report", value: reportID),
            Row(name: "Created", value: created.ISO8601Format()),
            Row(name: "Model", value: "\(prediction.model.name), SHA-256 \(prediction.model.sha256)"),
            Row(name: "Labels", value: prediction.model.labelSpace),
            Row(name: "Preprocessing", value: prediction.model.preprocessing),
            Row(name: "Picture", value: "SHA-256 \(input)"),
        ]
    }

    var text: String {
        var lines = ["\(notice) \(caution)", "", verdict, ""]
        lines += sentences + [""]
        for finding in findings {
            lines += [
                "\(finding.condition) (\(finding.code)), score \(finding.percent) %", finding.explanation,
                "More information: \(finding.link)", "",
            ]
        }
        lines += ["Scores of all conditions"] + scores.map { "  \($0.value)  \($0.name)" } + [""]
        lines += [caption, ""]
        lines += ["Reference details"] + references.map { "  \($0.name): \($0.value)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
