import Files
import Foundation
import Inference
import NeuralNetwork
import Plots
import Progress
import Runs

/// What a person must know before using weights that were trained here, as Markdown beside them.
struct PretrainingCard {
    let configuration: PretrainingConfiguration
    let material: PretrainingMaterial
    let state: PretrainingState
    /// The epoch whose weights were kept.
    let kept: Int?
    let command: [String]
    /// Of the file.
    let weights: Digest
    /// The run's log: from its first line to its last is how long it took.
    let log: String

    /// - Throws: `FileError`.
    func text() throws -> String {
        let layout = state.network.layout
        var lines = [
            "# Network: \(configuration.name)", "",
            "MobileNetV2 without a head, trained on ECG pictures with neutral ink. Its features are for the classifiers "
                + "of `heartsense train`. \(Prediction.notice)", "",
            "| | |", "|---|---|",
            "| weights | sha256 `\(weights)`, \(configuration.network.precision.rawValue) |",
            "| network | \(layout.count) parameters, \(layout.featureCount) features |",
            "| started from | \(configuration.network.start ?? "random, seed \(configuration.seed)") |",
            "| pictures | \(configuration.preprocessing.description) |",
            "| seed | \(configuration.seed) |",
            "| command | `\((["heartsense"] + command.dropFirst()).map(Self.quoted).joined(separator: " "))` |",
            "| time | \(try duration()) |",
            "| epochs | \(state.history.count) of \(configuration.schedule.epochs), \(state.optimizer.steps) steps of "
                + "\(configuration.schedule.batch) pictures; kept: epoch \(kept.map(String.init) ?? "–") |",
            "| heartsense | \(HeartSenseVersion.current) |", "",
            "## Data", "",
            "Data set digest `\(material.digest)`. Pictures that a data set marks for its test part were not looked at.",
            "", "| data set | label space | learnt from | validation | held back |", "|---|---|---|---|---|",
        ]
        lines += material.data.sources.map {
            "| \(URL(fileURLWithPath: $0.path).lastPathComponent) | \($0.labelSpace) | \($0.train) | \($0.validation) | "
                + "\($0.heldBack) |"
        }
        lines += ["", "| label | condition | learnt from | validation |", "|---|---|---|---|"]
        let learnt = material.data.truth.selecting(rows: material.train).support
        let held = material.data.truth.selecting(rows: material.validation).support
        lines += material.data.labelSpace.labels.enumerated().map { index, label in
            "| \(label.code) | \(label.condition.rawValue) | \(learnt[index]) | \(held[index]) |"
        }
        if !material.notes.isEmpty { lines += [""] + material.notes.map { "- \($0)" } }
        lines += ["", "## Validation of the network with its own head", ""]
        if let record = state.history.first(where: { $0.epoch == kept }) {
            lines += [
                "| pictures | loss | top-1 accuracy | top-1 macro F1 | macro ROC AUC |", "|---|---|---|---|---|",
                row("as they are", record.validation), row("augmented", record.augmented), "",
                "Validation pictures chose \(configuration.schedule.keep == .best ? "the epoch" : "nothing"); "
                    + "pictures of one patient may stand on both sides where the data names no patients. What the "
                    + "features are worth is measured with classifiers on other data (`heartsense evaluate`).",
            ]
        }
        lines += ["", "## Configuration", "", "```yaml", configuration.yaml + "```"]
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ name: String, _ scores: EpochRecord.Scores) -> String {
        "| \(name) | "
            + [scores.loss, scores.top1Accuracy, scores.top1F1].map { ReportTable.number($0) }
            .joined(separator: " | ") + " | \(ReportTable.number(scores.areaUnderROC)) |"
    }

    /// Of every stretch that the run was at work: a log line more than an hour after the one before it began another.
    private func duration() throws -> String {
        let times = try FileContent.text(of: log).split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.flatMap { RunFolder.date(ofTimeStamp: String($0)) }
        }
        guard let first = times.first, let last = times.last else { return "unknown" }
        return "\(ProgressBar.duration(last.timeIntervalSince(first))) from \(RunFolder.stamp(first)) on"
    }

    private static func quoted(_ argument: String) -> String {
        argument.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:".contains($0) } ? argument : "'\(argument)'"
    }
}
