import APIErrors
import Classifiers
import Files
import Foundation
import Inference

/// The result of one picture as shown by `answer.mustache`.
///
/// An uncertain result names no condition, neither the most likely one nor normal. The scores are in a closed section.
struct AnswerView {
    struct Decided {
        let condition: String
        let code: String
        let percent: String
        let explanation: String
        let link: String
        let saliency: Figure?
        let hasEvidence: Bool
        /// The measurements that carried the answer, the strongest first.
        let evidence: [Evidence]
    }

    struct Evidence {
        let text: String
        let percent: String
        let source: String?
    }

    struct Figure {
        /// The PNG in base64.
        let png: String?
        let size: PictureSize?
        let text: String
        let correlation: String?
    }

    struct PictureSize {
        let width: Int
        let height: Int
    }

    struct Member {
        let name: String
        /// Whether the vote of the classifier has the weight 0.
        let isUnweighted: Bool
    }

    /// A time for `<time>`.
    struct Moment {
        let iso: String
        let text: String

        init(_ created: Date) {
            iso = created.ISO8601Format()
            text = AccountPages.time(iso)
        }
    }

    struct Label {
        let condition: String
        let code: String
        let percent: String
        let decided: Bool
        /// Whether conformal prediction leaves the label open.
        let undecided: Bool
        /// The votes in the order of `members`.
        let votes: [String]
    }

    /// The number of the picture, from 1.
    let number: Int
    let file: String
    let id: String
    /// The name of the model; nil for an error.
    let model: String?
    /// The first digits of the model's digest.
    let digest: String?
    /// The result in a few words, for the overview.
    let summary: String
    let error: PageError?
    let isUncertain: Bool
    let reasons: [String]
    let decided: [Decided]
    let hasScores: Bool
    let opensScores: Bool
    /// The time of the result; nil for an error.
    let time: Moment?
    /// The address of a stored result; nil for one that is not stored.
    let address: String?
    /// The address of the form that sends the report; nil if there is none.
    let mail: String?
    /// The stored picture in base64.
    let picture: String?
    /// The labels, the highest score first.
    let labels: [Label]
    let members: [Member]
    /// The classifiers without a vote; nil if all vote.
    let unweighted: String?

    /// - Parameters:
    ///   - place: Where the result is stored.
    ///   - models: The loaded models, for what a prediction does not contain.
    init(
        number: Int, file: String, answer: Result<Prediction, APIError>, place: ResultPlace = ResultPlace(),
        models: [Site.Model] = []
    ) {
        self.number = number
        self.file = file
        switch answer {
        case .failure(let error):
            id = ""
            (model, digest) = (nil, nil)
            summary = "No result"
            self.error = PageError(message: error.reason, code: error.code.rawValue)
            (isUncertain, reasons, decided, hasScores, opensScores, labels, members) =
                (false, [], [], false, false, [], [])
            (time, address, mail, picture, unweighted) = (nil, nil, nil, nil, nil)
        case .success(let prediction):
            id = prediction.id
            let digest = String(prediction.model.sha256.prefix(16))
            (model, self.digest) = (prediction.model.name, digest)
            error = nil
            isUncertain = prediction.uncertain
            reasons = prediction.reasons.map { Self.capitalized($0.sentence) + "." }
            let names = Set(prediction.labels.flatMap(\.votes.keys)).sorted()
            let unweightedNames = models.first { $0.digest == digest && !digest.isEmpty }?.unweighted ?? []
            members = names.map { Member(name: $0, isUnweighted: unweightedNames.contains($0)) }
            let silent = names.filter(unweightedNames.contains)
            unweighted = silent.isEmpty ? nil : silent.joined(separator: ", ")
            time = place.created.map(Moment.init)
            address = place.isStored ? "/results/\(id)" : nil
            mail = place.mail(id)
            picture = place.picture?.base64EncodedString()
            decided = prediction.uncertain ? [] : prediction.labels.filter(\.decided).map(Self.decided)
            hasScores = true
            summary =
                prediction.uncertain
                ? "Uncertain" : decided.map { "\($0.condition) (\($0.code))" }.joined(separator: ", ")
            opensScores = !prediction.uncertain
            labels = prediction.labels.sorted { $0.score > $1.score }.map { label in
                Label(
                    condition: label.shownName, code: label.code, percent: Self.percent(label.score),
                    decided: label.decided && !prediction.uncertain, undecided: label.undecided == true,
                    votes: names.map { Self.percent(label.votes[$0] ?? 0) })
            }
        }
    }

    private static func decided(_ label: Prediction.Label) -> Decided {
        Decided(
            condition: label.shownName, code: label.code, percent: percent(label.score),
            explanation: label.explanation, link: label.link,
            saliency: label.saliency.map { saliency in
                Figure(
                    png: saliency.png?.base64EncodedString(), size: saliency.png.flatMap(PictureSize.init(ofPNG:)),
                    text: saliency.text,
                    correlation: saliency.correlation.map {
                        String(format: "%.2f", $0).replacing("-", with: "−")
                    })
            }, hasEvidence: label.evidence?.isEmpty == false,
            evidence: (label.evidence ?? []).map {
                Evidence(text: $0.text, percent: String(format: "%.0f", 100 * $0.share), source: $0.source)
            })
    }

    /// Formats a share in percent, with one decimal near 0 and 100.
    static func percent(_ share: Double) -> String {
        let percent = share * 100
        let rounded = (percent < 1 || percent > 99) ? (percent * 10).rounded() / 10 : percent.rounded()
        return String(format: rounded == rounded.rounded() ? "%.0f" : "%.1f", rounded)
    }

    static func capitalized(_ sentence: String) -> String { sentence.prefix(1).uppercased() + sentence.dropFirst() }
}

/// Where the result of a picture is stored, and since when.
struct ResultPlace {
    var created: Date?
    /// Whether the result is in the caller's account.
    var isStored = false
    /// The stored picture.
    var picture: Data?
    /// Whether the server sends reports.
    var sendsMail = false

    /// Returns the address of the form that sends the report of a result: of a stored one to its account, else with the
    /// picture to a guest's address.
    func mail(_ id: String) -> String? {
        guard sendsMail else { return nil }
        if isStored { return "/send-report?result=\(id)" }
        return Navigation.current.isLoggedIn ? nil : "/send-report"
    }
}

extension AnswerView.PictureSize {
    /// Reads the size from the header of a PNG, so that the page does not move when the picture loads.
    init?(ofPNG data: Data) {
        guard data.count >= 24 else { return nil }
        func number(_ offset: Int) -> Int {
            data.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }
        self.init(width: number(16), height: number(20))
    }
}
