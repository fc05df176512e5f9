import Accounts
import Classifiers
import Foundation

/// The content of `review.mustache`.
struct ReviewPage {
    struct Label {
        let condition: String
        let code: String
        let percent: String
        let field: String
        let box: String
    }

    struct Entry {
        let number: Int
        let id: String
        let row: String
        let summary: String
        let created: String
        let time: String
        let picture: String?
        let csrf: String
        let labels: [Label]

        init(number: Int, _ entry: ReviewQueue.Entry, csrf: String) {
            (self.number, self.csrf) = (number, csrf)
            (id, row) = (entry.prediction.id, "\(entry.row)")
            let decided = entry.prediction.labels.filter(\.decided).map { "\($0.shownName) (\($0.code))" }
                .joined(separator: ", ")
            summary =
                entry.prediction.uncertain ? "Uncertain, best match: \(decided.isEmpty ? "none" : decided)" : decided
            created = entry.created.ISO8601Format()
            time = AccountPages.time(created)
            picture = entry.picture?.base64EncodedString()
            labels = entry.prediction.labels.enumerated().map { index, label in
                Label(
                    condition: label.shownName, code: label.code, percent: AnswerView.percent(label.score),
                    field: "label-\(label.code)", box: "box-\(number)-\(index)")
            }
        }
    }

    let site: Site
    /// Whether a review was just saved.
    let isSaved: Bool
    let isEmpty: Bool
    let entries: [Entry]
}
