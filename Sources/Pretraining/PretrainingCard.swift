import Files
import Foundation
import Inference
import NeuralNetwork
import Plots
import Progress
import Runs

/// The model card of trained weights, as Markdown.
struct PretrainingCard {
    let configuration: PretrainingConfiguration
    let material: PretrainingMaterial
    let state: PretrainingState
    /// The epoch whose weights were kept.
    let kept: Int?
    let command: [String]
    /// The SHA-256 of the weights file.
    let weights: Digest
    /// The path of the run's log. Its first and last time stamps give the duration.
    let log: String

    /// - Throws: `FileError`.
    func text() throws -> String {
        let layout = state.network.layout
        var lines = [
            "# Network: \(configuration.name)", "",
            "MobileNetV2 without a head, trained on ECG pictures with neutral ink. The classifiers of `heartsense "
                + "train` use its features. \(Prediction.notice)", "",
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
            "Data set digest `\(material.digest)`. The test part of a data set was not read.",
            "", "| data set | label space | training | validation | held out |", "|---|---|---|---|---|",
        ]
        lines += material.data.sources.map {
            "| \(URL(fileURLWithPath: $0.path).lastPathComponent) | \($0.labelSpace) | \($0.train) | \($0.validation) | "
                + "\($0.heldOut) |"
        }
        lines += ["", "| label | condition | training | validation |", "|---|---|---|---|"]
        let training = material.data.truth.selecting(rows: material.train).support
        let validation = material.data.truth.selecting(rows: material.validation).support
        lines += material.data.labelSpace.labels.enumerated().map { index, label in
            "| \(label.code) | \(label.condition.rawValue) | \(training[index]) | \(validation[index]) |"
        }
        if !material.notes.isEmpty { lines += [""] + material.notes.map { "- \($0)" } }
        lines += ["", "## Validation of the network with its own head", ""]
        if let record = state.history.first(where: { $0.epoch == kept }) {
            lines += [
                "| pictures | loss | top-1 accuracy | top-1 macro F1 | macro ROC AUC |", "|---|---|---|---|---|",
                row("original", record.validation), row("augmented", record.augmented), "",
                configuration.schedule.keep == .best
                    ? "The validation pictures chose the epoch."
                    : "The validation pictures were not used for any choice.",
                "If a data set does not name patients, one patient can have pictures in both parts. To measure the "
                    + "quality of the features, train classifiers and score them on other data (`heartsense evaluate`).",
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

    /// Returns the time from the first to the last log line, and the start time.
    private func duration() throws -> String {
        let times = try FileContent.text(of: log).split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.flatMap { RunFolder.date(ofTimeStamp: String($0)) }
        }
        guard let first = times.first, let last = times.last else { return "unknown" }
        return "\(ProgressBar.duration(last.timeIntervalSince(first))), started \(RunFolder.stamp(first))"
    }

    private static func quoted(_ argument: String) -> String {
        argument.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:".contains($0) } ? argument : "'\(argument)'"
    }
}
