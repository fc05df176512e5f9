import Files
import Foundation

/// The results of one epoch. They do not depend on time or machine.
struct EpochRecord: Codable, Equatable, Sendable {
    /// The epoch's number, from 1.
    let epoch: Int
    /// The number of steps since the start.
    let step: Int
    /// The learning rate of the last step.
    let rate: Double
    /// The mean loss over the epoch's steps, of the weights in training.
    let loss: Double
    /// The mean gradient norm over the epoch's steps, before clipping.
    let gradientNorm: Double
    /// Scores of the averaged weights on the original validation pictures.
    let validation: Scores
    /// Scores of the averaged weights on augmented validation pictures.
    let augmented: Scores

    struct Scores: Codable, Equatable, Sendable {
        let loss: Double
        let top1Accuracy: Double
        let top1F1: Double
        let areaUnderROC: Double?
    }

    /// The criterion for the best epoch: the mean top-1 macro F1 of original and augmented pictures.
    var score: Double { (validation.top1F1 + augmented.top1F1) / 2 }

    /// The columns of `metrics.csv`, also used as TensorBoard tags.
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

    /// Returns the text of `metrics.csv`. An undefined value is an empty field.
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
