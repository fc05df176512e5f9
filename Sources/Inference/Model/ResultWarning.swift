import Datasets
import Foundation

/// A limit of a model or of its scores. Reports, `metrics.json`, model cards and the model itself carry its sentence.
public enum ResultWarning: Equatable, Sendable, CustomStringConvertible {
    case data(DataWarning)

    // Ink and leaks.
    case asDrawn
    /// A leak that `audit=accept` allowed. `labels` lists them with probes and balanced accuracy.
    case acceptedLeak(labels: String, chance: Double, preprocessing: String)
    /// A leak of the files that is not, or perhaps not, in the preprocessed pictures.
    case leakInFiles(labels: String, chance: Double, preprocessing: String, isRemoved: Bool)
    case predictiveShape(labels: String, chance: Double)

    // Rows.
    case unreadablePictures(Int)
    case scoredDuplicates([String])
    case repeatedPictures(Int)
    case conflictingLabels(Int, example: [String])
    case groupsInSeveralParts([String])
    case noGroups
    case singleValidationGroup(String)
    case rowsLeftOutOfFolds(Int)
    case partsReplaced(by: String)

    // Models.
    /// - Parameter final: the weights or the fold whose network the final model has.
    case networkPerFold(final: String)
    case conformalOff(reason: String)
    case fewConformalRows(Int, needed: Int, hasLabel: Bool, label: String, alpha: Double)
    case coverageMissed(promised: Double, covered: Double, samples: Int, hasLabel: Bool, label: String)
    case noOutOfDistributionCheck(rows: Int, needed: Int)
    case fewOutOfDistributionRows(Int, needed: Int, falseAlarms: Double)
    /// Labels without a positive or without a negative training example.
    case untrainedLabels([String])
    case otherCondition(label: String, model: String, data: String)

    /// Whether the warning of a training also applies to every later result of its model.
    package var appliesToLaterResults: Bool {
        switch self {
        case .asDrawn, .acceptedLeak, .untrainedLabels: true
        default: false
        }
    }

    /// A sentence without its full stop.
    public var description: String {
        switch self {
        case .data(let warning): warning.description
        case .asDrawn:
            "preprocessing.ink=as-drawn: the pictures keep the color of the ink. Where classes are drawn in different "
                + "colors, as in the public ECG image set, these scores measure the ink, not the heart"
        case .acceptedLeak(let labels, let chance, let preprocessing):
            "Trained despite a leak: in the preprocessed pictures (\(preprocessing)), one number predicts "
                + "labels: \(labels). Chance is \(Self.number(chance)) in balanced accuracy. These scores measure that "
                + "number, not the heart"
        case .leakInFiles(let labels, let chance, let preprocessing, let isRemoved):
            "The picture files leak labels: as drawn, one number predicts \(labels). Chance is \(Self.number(chance)) "
                + "in balanced accuracy. "
                + (isRemoved
                    ? "The preprocessing of this run (\(preprocessing)) removes the leak; other programs may still use it"
                    : "There are too few pictures to tell whether the preprocessing of this run (\(preprocessing)) "
                        + "removes the leak")
        case .predictiveShape(let labels, let chance):
            "After preprocessing, one number still predicts some labels well: \(labels). Chance is "
                + "\(Self.number(chance)) in balanced accuracy. The number describes the drawing's shape, which could "
                + "be the heart or the layout"
        case .unreadablePictures(let count): "\(count) pictures could not be read and were skipped"
        case .scoredDuplicates(let paths):
            "\(paths.count) pictures with the pixels of a scored picture were removed: \(DataWarning.list(paths))"
        case .repeatedPictures(let count):
            "\(count) repeats of a training picture (same pixels, same labels) were removed"
        case .conflictingLabels(let count, let example):
            "\(count) pictures have the same pixels as another picture with different labels, for example "
                + example.joined(separator: " and ")
        case .groupsInSeveralParts(let groups):
            "\(groups.count) groups are in more than one part (\(DataWarning.list(groups))): the scores include patients "
                + "of the training part"
        case .noGroups:
            "No groups are given: pictures of one patient can be on both sides of a split, and the scores can be too "
                + "high"
        case .singleValidationGroup(let group):
            "All validation rows belong to one group (\(group)): calibration and thresholds were tuned on the group "
                + "that is scored"
        case .rowsLeftOutOfFolds(let count):
            "\(count) times a row was left out of training because its group or its pixels are in the fold's test rows"
        case .partsReplaced(let name):
            "The parts given by the data are not used: \(name) tests every row once"
        case .networkPerFold(let final):
            "Each fold has its own network, which should be trained without that fold. The scores are about these "
                + "networks. The final model has the network of \(final)"
        case .conformalOff(let reason): "Conformal prediction is off: its rows cannot be set aside (\(reason))"
        case .fewConformalRows(let rows, let needed, let hasLabel, let label, let alpha):
            "Conformal prediction has \(rows) calibration rows \(Self.side(hasLabel)) label \(label), and \(needed) are "
                + "needed to guarantee an error of \(alpha): every result is uncertain. Use more data, a larger "
                + "uncertainty.calibration_share or alpha, or uncertainty.rule=confidence"
        case .coverageMissed(let promised, let covered, let samples, let hasLabel, let label):
            "Conformal prediction should cover \(Self.number(promised, 2)) of the samples \(Self.side(hasLabel)) label "
                + "\(label), but it covers \(Self.number(covered)) of \(samples). The difference is more than random: "
                + "these samples differ from those of training"
        case .noOutOfDistributionCheck(let rows, let needed):
            "\(rows) tuning rows are too few for the check that a picture is an ECG (\(needed) are needed): the model "
                + "gives a result for any picture"
        case .fewOutOfDistributionRows(let rows, let needed, let falseAlarms):
            "The check that a picture is an ECG has \(rows) tuning rows, and \(needed) are needed to limit false alarms "
                + "to a share of \(falseAlarms) of pictures: there may be more false alarms"
        case .untrainedLabels(let codes):
            "Untrained labels: \(codes.joined(separator: ", ")). The training rows have no example with such a label, or "
                + "none without it. Its scores say nothing"
        case .otherCondition(let label, let model, let data):
            "\(label) is \(model) in the model and \(data) in the data"
        }
    }

    private static func side(_ hasLabel: Bool) -> String { hasLabel ? "with" : "without" }

    private static func number(_ value: Double, _ decimals: Int = 3) -> String {
        String(format: "%.\(decimals)f", value)
    }
}
