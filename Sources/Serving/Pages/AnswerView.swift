import APIErrors
import Classifiers
import Files
import Foundation
import Inference

/// One picture's answer, in the words and numbers that `answer.mustache` shows.
///
/// An uncertain answer names no condition: neither the one that the scores lean to nor, least of all, normal. The
/// scores themselves are there for who opens them.
struct AnswerView {
    struct Refused {
        let message: String
        let code: String
    }

    struct Decided {
        let condition: String
        let code: String
        let percent: String
        let explanation: String
        let link: String
        let saliency: Figure?
    }

    struct Figure {
        /// Base64.
        let png: String?
        let size: PictureSize?
        let text: String
        let correlation: String?
    }

    struct PictureSize {
        let width: Int
        let height: Int
    }

    struct Label {
        let condition: String
        let code: String
        let percent: String
        let decided: Bool
        /// In the order of `members`.
        let votes: [String]
    }

    /// From 1.
    let number: Int
    let file: String
    let id: String
    /// The answer in a word or two, for an overview.
    let summary: String
    let refusal: Refused?
    let isUncertain: Bool
    let reasons: [String]
    let decided: [Decided]
    let hasScores: Bool
    let opensScores: Bool
    /// The highest score first.
    let labels: [Label]
    let members: [String]

    init(number: Int, file: String, answer: Result<Prediction, Refusal>) {
        self.number = number
        self.file = file
        switch answer {
        case .failure(let refusal):
            id = ""
            summary = "Not answered"
            self.refusal = Refused(message: Self.words(of: refusal, file: file), code: refusal.code.rawValue)
            (isUncertain, reasons, decided, hasScores, opensScores, labels, members) =
                (false, [], [], false, false, [], [])
        case .success(let prediction):
            id = prediction.id
            refusal = nil
            isUncertain = prediction.uncertain
            reasons = prediction.reasons.map { $0.sentence + "." }
            let names = Set(prediction.labels.flatMap(\.votes.keys)).sorted()
            members = names
            decided = prediction.uncertain ? [] : prediction.labels.filter(\.decided).map(Self.decided)
            hasScores = true
            summary =
                prediction.uncertain
                ? "Uncertain" : decided.map { "\($0.condition) (\($0.code))" }.joined(separator: ", ")
            opensScores = !prediction.uncertain
            labels = prediction.labels.sorted { $0.score > $1.score }.map { label in
                Label(
                    condition: label.condition, code: label.code, percent: Self.percent(label.score),
                    decided: label.decided && !prediction.uncertain,
                    votes: names.map { Self.percent(label.votes[$0] ?? 0) })
            }
        }
    }

    private static func decided(_ label: Prediction.Label) -> Decided {
        Decided(
            condition: label.condition, code: label.code, percent: percent(label.score),
            explanation: label.explanation, link: label.link,
            saliency: label.saliency.map { saliency in
                Figure(
                    png: saliency.png?.base64EncodedString(), size: saliency.png.flatMap(PictureSize.init(ofPNG:)),
                    text: saliency.text,
                    correlation: saliency.correlation.map {
                        String(format: "%.2f", $0).replacing("-", with: "−")
                    })
            })
    }

    /// In whole per cent, near the ends with one decimal.
    static func percent(_ share: Double) -> String {
        let percent = share * 100
        let rounded = (percent < 1 || percent > 99) ? (percent * 10).rounded() / 10 : percent.rounded()
        return String(format: rounded == rounded.rounded() ? "%.0f" : "%.1f", rounded)
    }

    /// The name stands above already.
    private static func words(of refusal: Refusal, file: String) -> String {
        let message = refusal.message
        guard message.hasPrefix("\(file): ") else { return message }
        let rest = message.dropFirst(file.count + 2)
        return rest.prefix(1).uppercased() + rest.dropFirst()
    }
}

extension AnswerView.PictureSize {
    /// From the header, which every PNG begins with: a page that knows it does not jump when the picture appears.
    init?(ofPNG data: Data) {
        guard data.count >= 24 else { return nil }
        func number(_ offset: Int) -> Int {
            data.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }
        self.init(width: number(16), height: number(20))
    }
}
