import Files
import Foundation

/// What one epoch has to show. Nothing in it depends on time or machine.
struct EpochRecord: Codable, Equatable, Sendable {
    /// From 1.
    let epoch: Int
    /// Steps since the start.
    let step: Int
    /// Of the last step.
    let rate: Double
    /// Means over the epoch's steps, of the network in training.
    let loss: Double
    let gradientNorm: Double
    /// Of the averaged weights on the validation pictures as they are, and augmented.
    let validation: Scores
    let augmented: Scores

    struct Scores: Codable, Equatable, Sendable {
        let loss: Double
        let top1Accuracy: Double
        let top1F1: Double
        let areaUnderROC: Double?
    }

    /// What decides between epochs: plain and augmented pictures count alike.
    var score: Double { (validation.top1F1 + augmented.top1F1) / 2 }

    /// The columns of `metrics.csv`, which are the tags of TensorBoard too.
    var values: [(name: String, value: Double?)] {
        func scores(_ name: String, _ scores: Scores) -> [(name: String, value: Double?)] {
            [
                ("\(name)_loss", scores.loss), ("\(name)_top1_accuracy", scores.top1Accuracy),
                ("\(name)_top1_f1_macro", scores.top1F1), ("\(name)_roc_auc_macro", scores.areaUnderROC),
            ]
        }
        return [("learning_rate", rate), ("training_loss", loss), ("gradient_norm", gradientNorm)]
            + scores("validation", validation) + scores("augmented_validation", augmented)
    }

    /// `metrics.csv` of some epochs; an undefined value is empty.
    static func csv(_ records: [EpochRecord]) -> String {
        guard let first = records.first else { return "" }
        let header = (["epoch", "step"] + first.values.map(\.name)).joined(separator: ",")
        let lines = records.map { record in
            (["\(record.epoch)", "\(record.step)"] + record.values.map { $0.value.map { "\($0)" } ?? "" })
                .joined(separator: ",")
        }
        return ([header] + lines).joined(separator: "\n") + "\n"
    }
}
