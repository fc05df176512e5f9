import ClassificationMetrics
import Datasets
import Files
import Inference
import Plots

/// Writes the model card, a Markdown file for users of the model.
package struct ModelCard {
    let model: TrainedModel
    let result: EvaluationResult
    let network: NetworkWeights?
    /// Facts that the experiment states, by title: source, license, use and limits.
    let facts: [(title: String, text: String)]
    /// The number of patients or records of the data; nil if unknown.
    let groups: Int?
    /// The results by sex and age.
    let subgroups: ReportTable?

    package init(
        model: TrainedModel, result: EvaluationResult, network: NetworkWeights?,
        facts: [(title: String, text: String)] = [], groups: Int? = nil, subgroups: ReportTable? = nil
    ) {
        self.model = model
        self.result = result
        self.network = network
        self.facts = facts
        self.groups = groups
        self.subgroups = subgroups
    }

    package func write(to path: String) throws { try AtomicFile.write(text, to: path) }

    var text: String {
        var lines = ["# Model card: \(model.name)", ""]
        if !result.warnings.isEmpty {
            lines += result.warnings.map { "> **Warning.** \($0)." } + [""]
        }
        lines += [
            "\(Prediction.notice) For research use by qualified persons.", "",
            "| | |", "|---|---|",
            "| model | sha256 `\(result.inputs.modelSHA256)` |",
            "| data | \(result.dataset), sha256 `\(result.inputs.datasetSHA256)` |",
        ]
        if let groups { lines.append("| patients or records | \(ReportTable.count(groups)) |") }
        lines += facts.map { "| \($0.title) | \($0.text) |" }
        lines += [
            "| label space | \(model.labelSpace.fingerprint) |",
            "| \(model.input == .picture ? "pictures" : "features") | \(result.preprocessing) |",
        ]
        if model.input == .picture || network != nil {
            lines.append("| network | \(network?.description ?? "none: trained on a feature file") |")
        }
        lines += [
            "| classifiers | \(model.ensemble.members.map(\.name).joined(separator: ", ")) |",
            "| vote | \(model.ensemble.calibration.vote.rawValue), weights "
                + model.ensemble.calibration.weights.map { ReportTable.number($0) }.joined(separator: ", ") + " |",
            "| seed | \(model.provenance.seed) |", "",
            "## Labels", "",
            "| code | condition | stands for |", "|---|---|---|",
        ]
        lines += model.labelSpace.labels.map { "| \($0.code) | \($0.condition.rawValue) | \($0.standsFor) |" }
        lines += [
            "", "## Results (\(result.part), \(result.n) samples)", "",
        ]
        if result.folds != nil { lines += [FoldTable.explanation, ""] }
        lines += [
            "| metric | value | 95 % interval | naive baseline |", "|---|---|---|---|",
        ]
        lines += MetricKey.allCases.map { key in
            let interval = result.intervals[key.rawValue].map {
                "\(ReportTable.number($0[0]))–\(ReportTable.number($0[1]))"
            }
            return "| \(key.rawValue) | \(ReportTable.number(result.metrics[key])) | \(interval ?? "–") | "
                + "\(ReportTable.number(result.baseline[key])) |"
        }
        lines += ["", "| label | precision | recall | F1 | support |", "|---|---|---|---|---|"]
        lines += result.labels.compactMap { code in
            result.perLabel[code].map {
                "| \(code) | \(ReportTable.number($0.precision)) | \(ReportTable.number($0.recall)) | "
                    + "\(ReportTable.number($0.f1)) | \($0.support) |"
            }
        }
        var text = lines.joined(separator: "\n") + "\n"
        if let coverage = result.coverage {
            text += "\n" + MarkdownTable.text(coverage.table(codes: result.labels))
        }
        if let subgroups { text += "\n" + MarkdownTable.text(subgroups) }
        return text
    }
}
