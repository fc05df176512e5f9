import Accounts
import Files
import Foundation
import Inference

extension ReportMessage {
    /// A result in the words of an e-mail.
    ///
    /// An uncertain answer names no condition, neither the one that the scores lean to nor normal; the scores are below
    /// for who wants them.
    ///
    /// - Parameters:
    ///   - input: the digest of the picture's file.
    ///   - created: when the answer was given.
    init(_ prediction: Prediction, input: Digest, created: Date, figure: ReportFigure, reportID: String) {
        let words = Words(prediction, input: input, created: created, reportID: reportID)
        self.init(
            // Who passes by a screen need not read a diagnosis in a list of mail.
            subject: "Your ECG result of \(words.day)", text: words.text(figure: figure),
            html: words.html(figure: figure),
            attachments: [
                .init(name: "figure.png", type: "image/png", data: figure.png, contentID: ReportFigure.contentID)
            ])
    }
}

/// The parts that text and HTML have in common.
private struct Words {
    let prediction: Prediction
    let day: String
    let verdict: String
    let sentences: [String]
    let findings: [Prediction.Label]
    /// The highest first.
    let scores: [(name: String, percent: String)]
    let fingerprints: [(name: String, value: String)]

    static let caution =
        "Do not act on this without a clinician. If you feel unwell or in an emergency, call your local emergency number."

    init(_ prediction: Prediction, input: Digest, created: Date, reportID: String) {
        self.prediction = prediction
        day = String(created.ISO8601Format().prefix(10))
        findings = prediction.uncertain ? [] : prediction.labels.filter(\.decided)
        if prediction.uncertain {
            verdict = "Uncertain: no condition is named"
            sentences =
                [
                    "The model is not sure enough to name a condition. This says neither that the ECG is normal nor that it "
                        + "is not; someone who reads ECGs should look at the picture. The reasons:"
                ]
                + prediction.reasons.map { "– \($0.sentence)." }
        } else {
            let names = findings.isEmpty ? ["none of the conditions below"] : findings.map(\.condition)
            verdict = "The model's answer: " + names.joined(separator: ", ")
            sentences = [
                "The model decided for this with the scores below. A score is how often such answers were right on "
                    + "pictures like those that the model was tried on, not how likely it is that you are ill. It can "
                    + "be wrong."
            ]
        }
        scores = prediction.labels.sorted { $0.score > $1.score }.map {
            ("\($0.condition) (\($0.code))", AnswerView.percent($0.score) + " %")
        }
        fingerprints = [
            ("Result", prediction.id), ("Report", reportID), ("Answered", created.ISO8601Format()),
            ("Model", "\(prediction.model.name), SHA-256 \(prediction.model.sha256)"),
            ("Labels", prediction.model.labelSpace), ("Preprocessing", prediction.model.preprocessing),
            ("Picture", "SHA-256 \(input)"),
        ]
    }

    func text(figure: ReportFigure) -> String {
        var lines = ["\(prediction.notice) \(Self.caution)", "", verdict, ""]
        lines += sentences + [""]
        for finding in findings {
            lines += [
                "\(finding.condition) (\(finding.code)), score \(AnswerView.percent(finding.score)) %",
                finding.explanation, "More about it: \(finding.link)", "",
            ]
        }
        lines += ["Scores of all conditions"] + scores.map { "  \($0.percent)  \($0.name)" } + [""]
        lines += [figure.caption, ""]
        lines += ["What this result can be traced by"] + fingerprints.map { "  \($0.name): \($0.value)" }
        return lines.joined(separator: "\n") + "\n"
    }

    func html(figure: ReportFigure) -> String {
        let cell = "style=\"padding:2px 12px 2px 0;text-align:left;font-weight:normal;vertical-align:top\""
        // Fingerprints break anywhere, names do not.
        let name = cell.replacing("style=\"", with: "style=\"white-space:nowrap;")
        let found = findings.map { finding in
            "<h2 style=\"font-size:18px\">\(HTMLText.escape(finding.condition)) (\(HTMLText.escape(finding.code))), score "
                + "\(AnswerView.percent(finding.score)) %</h2>\n<p>\(HTMLText.escape(finding.explanation)) "
                + "<a href=\"\(HTMLText.escape(finding.link))\">More about it</a></p>\n"
        }
        let scoreRows = scores.map {
            "<tr><th scope=\"row\" \(cell)>\(HTMLText.escape($0.name))</th><td \(cell)>\($0.percent)</td></tr>\n"
        }
        let traceRows = fingerprints.map {
            "<tr><th scope=\"row\" \(name)>\($0.name)</th><td \(cell)>\(HTMLText.escape($0.value))</td></tr>\n"
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ECG result</title></head>
            <body style="font-family:sans-serif;line-height:1.45;max-width:640px;margin:0 auto;padding:16px">
            <p style="border-left:4px solid #b45309;padding-left:12px"><strong>\(HTMLText.escape(prediction.notice))</strong>
            \(Self.caution)</p>
            <h1 style="font-size:22px">\(HTMLText.escape(verdict))</h1>
            \(sentences.map { "<p>\(HTMLText.escape($0))</p>\n" }.joined())\(found.joined())
            <p><img src="cid:\(ReportFigure.contentID)" alt="\(HTMLText.escape(figure.caption))" style="max-width:100%"></p>
            <p>\(HTMLText.escape(figure.caption))</p>
            <h2 style="font-size:18px">Scores of all conditions</h2>
            <table style="border-collapse:collapse">
            \(scoreRows.joined())</table>
            <h2 style="font-size:18px">What this result can be traced by</h2>
            <table style="border-collapse:collapse;font-size:13px;word-break:break-all">
            \(traceRows.joined())</table>
            </body></html>

            """
    }
}
