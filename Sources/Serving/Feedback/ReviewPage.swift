import Accounts
import Classifiers
import Files
import Foundation
import Inference

/// The content of `review.mustache`: one result to review, and the review before.
struct ReviewPage {
    struct Label {
        let condition: String
        let code: String
        /// The model's score; nil while it is hidden.
        let percent: String?
        let field: String
        let box: String
        /// The key that selects the finding.
        let key: String?
        let isChosen: Bool
    }

    struct Picture {
        let type: String
        /// In base64.
        let content: String
        let text: String
    }

    struct Entry {
        let row: Int64
        let id: String
        let kind: String
        /// The model's answer; nil while it is hidden.
        let summary: String?
        let created: String
        let time: String
        let isCorrected: Bool
        let picture: Picture?
        let csrf: String
        let labels: [Label]
        /// The entered text, as HTML.
        let note: String?

        /// - Parameter sent: The fields of a refused review, which the page keeps.
        init(_ entry: ReviewQueue.Entry, csrf: String, isBlind: Bool, sent: Fields? = nil) {
            (row, id, self.csrf) = (entry.row, entry.id, csrf)
            kind = entry.drawing == nil ? "Picture of a beat" : "ECG"
            summary = isBlind ? nil : Self.summary(entry.prediction)
            created = entry.created.ISO8601Format()
            time = AccountPages.time(created)
            isCorrected = entry.isCorrected
            if let drawing = entry.drawing {
                let svg = isBlind ? Self.withoutFindings(drawing) : drawing
                picture = Picture(type: "image/svg+xml", content: svg.base64EncodedString(), text: "The redrawn ECG.")
            } else {
                picture = entry.picture.map {
                    Picture(type: "image/png", content: $0.base64EncodedString(), text: "The uploaded picture.")
                }
            }
            labels = entry.prediction.labels.enumerated().map { index, label in
                Label(
                    condition: label.shownName, code: label.code,
                    percent: isBlind ? nil : AnswerView.percent(label.score), field: "label-\(label.code)",
                    box: "box-\(index)", key: index < 9 ? "\(index + 1)" : nil,
                    isChosen: (try? sent?.truth("label-\(label.code)")) ?? false)
            }
            note = sent?.optional("note").map(HTMLText.escape)
        }

        /// The prediction in a few words.
        static func summary(_ prediction: Prediction) -> String {
            let decided = prediction.labels.filter(\.decided).map { "\($0.shownName) (\($0.code))" }
                .joined(separator: ", ")
            if prediction.uncertain { return "Uncertain, best match: \(decided.isEmpty ? "none" : decided)" }
            return decided.isEmpty ? "No condition" : decided
        }

        /// Returns a drawing by `ScreenDrawing` without the waves, the classes of beats and the description, which has the
        /// rhythm. Each element has its own line.
        static func withoutFindings(_ svg: Data) -> Data {
            let marks = [
                "<line class=\"beat", "<text class=\"beat", "<path class=\"p\"", "<path class=\"qrs\"",
                "<path class=\"t\"", "<desc",
            ]
            let lines = String(decoding: svg, as: UTF8.self).split(separator: "\n")
            return Data(lines.filter { line in !marks.contains(where: line.hasPrefix) }.joined(separator: "\n").utf8)
        }
    }

    /// A review that was just saved, with the model's answer.
    struct Saved {
        let feedback: Int64
        let answer: String
        let summary: String
        let labels: [Label]
        let csrf: String

        init(_ review: ReviewQueue.Review, csrf: String) {
            (feedback, self.csrf) = (review.number, csrf)
            let labels = review.prediction.labels
            answer =
                review.labels.isEmpty
                ? "cannot judge"
                : labels.filter { review.labels.contains($0.code) }.map { "\($0.shownName) (\($0.code))" }
                    .joined(separator: ", ")
            summary = Entry.summary(review.prediction)
            self.labels = labels.sorted { $0.score > $1.score }.map {
                Label(
                    condition: $0.shownName, code: $0.code, percent: AnswerView.percent($0.score), field: "", box: "",
                    key: nil, isChosen: false)
            }
        }
    }

    let site: Site
    /// Whether the model's answer is shown after that of the clinician.
    let isBlind: Bool
    /// The number of results that wait, in words.
    let count: String
    let saved: Saved?
    let error: PageError?
    let isEmpty: Bool
    /// Whether results were skipped.
    let isSkipping: Bool
    let entry: Entry?
}
