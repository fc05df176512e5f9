import Classifiers
import Inference

/// The content of `model.mustache`: how good each model is, from its card and from the model itself.
///
/// It shows measured figures only. A model without a card has none.
struct ModelPage {
    struct Model {
        let name: String
        let digest: String
        let hasWarnings: Bool
        let warnings: [String]
        let training: String
        /// Where the figures come from, such as `1082 samples of 1 013 patients or records`; nil without figures.
        let measured: String?
        let paragraphs: [String]
        let hasFigures: Bool
        let figures: [Figure]
        let hasLabels: Bool
        let labels: [Label]
        let tables: [Table]
        let hasFacts: Bool
        let facts: [Fact]
        /// The classifiers without a vote; nil if all vote.
        let unweighted: String?
    }

    struct Figure {
        let name: String
        let meaning: String
        let value: String
        let interval: String
        let baseline: String
    }

    struct Label {
        let condition: String
        let support: String
        let found: String
        let right: String
    }

    struct Table {
        let caption: String
        let header: [String]
        let rows: [Row]
    }

    struct Row {
        let name: String
        let values: [String]
    }

    struct Fact {
        let name: String
        let value: String
    }

    let site: Site
    let isEmpty: Bool
    let models: [Model]

    init(site: Site, models: [Model]) { (self.site, self.models, isEmpty) = (site, models, models.isEmpty) }
}

extension ModelPage.Model {
    /// - Parameter card: The card of this model; nil without one.
    init(_ model: TrainedModel, card: StoredModelCard?) {
        name = model.name
        digest = String((model.digest?.description ?? "").prefix(16))
        var all = model.provenance.warnings
        for warning in card?.warnings ?? [] where !all.contains(warning) { all.append(warning) }
        (warnings, hasWarnings) = (all, !all.isEmpty)
        training = "Trained on \(model.trainingRows) samples."
        let patients = card?.facts["patients or records"].map { " of \($0) patients or records" }
        measured = card?.part.map { $0 + (patients ?? "; the number of patients is unknown") }
        paragraphs = card?.paragraphs ?? []
        figures = card.map(Self.figures) ?? []
        hasFigures = !figures.isEmpty
        let names = Dictionary(model.labelSpace.labels.map { ($0.code, $0.name) }) { first, _ in first }
        labels = (card?.table(of: "label")?.rows ?? []).filter { $0.count == 5 }.map { row in
            ModelPage.Label(
                condition: names[row[0]] ?? row[0], support: row[4], found: Self.percent(row[2]),
                right: Self.percent(row[1]))
        }
        hasLabels = !labels.isEmpty
        tables = (card?.tables ?? []).compactMap { table in
            table.caption.map { caption in
                ModelPage.Table(
                    caption: caption, header: table.header,
                    rows: table.rows.map {
                        ModelPage.Row(name: names[$0[0]] ?? $0[0], values: Array($0.dropFirst()))
                    })
            }
        }
        facts = ["data", "source", "intended use", "limits", "license"].compactMap { key in
            card?.facts[key].map { value in
                // The digest is for programs.
                ModelPage.Fact(name: AnswerView.capitalized(key), value: value.replacing(/, sha256 `.*`/, with: ""))
            }
        }
        hasFacts = !facts.isEmpty
        let without = model.unweightedMembers
        unweighted = without.isEmpty ? nil : without.joined(separator: ", ")
    }

    /// The figures that people can use, by the keys of the card.
    private static let shown: [(key: String, name: String, meaning: String)] = [
        ("accuracy_subset", "All conditions right", "Share of results in which each condition is right."),
        ("f1_macro", "Macro F1", "Balance of found and right conditions, mean over the conditions; 1 is perfect."),
        (
            "roc_auc_macro", "ROC AUC",
            "Chance that an ECG with a condition gets a higher score than one without it, mean over the conditions."
        ),
        (
            "ece", "Calibration error",
            "Mean distance between a score and the share of results that are right; 0 is best."
        ),
        ("uncertain_fraction", "Uncertain results", "Share of results that the model marks as uncertain."),
    ]

    private static func figures(_ card: StoredModelCard) -> [ModelPage.Figure] {
        let rows = card.table(of: "metric")?.rows.filter { $0.count == 4 } ?? []
        return shown.compactMap { key, name, meaning in
            rows.first { $0[0] == key }.map {
                ModelPage.Figure(name: name, meaning: meaning, value: $0[1], interval: $0[2], baseline: $0[3])
            }
        }
    }

    private static func percent(_ share: String) -> String {
        Double(share).map { AnswerView.percent($0) + " %" } ?? share
    }
}

extension TrainedModel {
    /// The classifiers whose scores do not count, because their vote has the weight 0. Other votes than these two can use
    /// each classifier for a decision.
    var unweightedMembers: [String] {
        guard [.soft, .weighted].contains(ensemble.calibration.vote) else { return [] }
        return zip(ensemble.members, ensemble.calibration.weights).filter { $1 == 0 }.map(\.0.name)
    }
}
