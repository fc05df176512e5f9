import Classifiers
import ConfigurationKeys
import Files
import Imaging
import ParameterTables

/// The keys of experiment files, which `heartsense train` and `heartsense pretrain` read.
package enum ExperimentKeys {
    package static let table = ConfigurationTable(
        general + input + dataset + preprocessing + training + classifiers + decisions + pretraining,
        classifiers: Member.Parameters.kinds.map { ($0.name, $0.isStandard) }, otherBlocks: [searchBlock],
        headings: [pretraining[0].path: "`heartsense pretrain` reads the keys below; `heartsense train` ignores them."])

    private static let general: [ConfigurationKey] = [
        .init(
            "name", nil, .text, "name of the experiment; runs are stored in runs/<name>/", readBy: both,
            search: .namesFolder),
        .init("seed", "1", .seed, "seed of all random choices", readBy: both, search: .seeds),
    ]

    private static let input: [ConfigurationKey] = [
        .init(
            "input.kind", "picture", .choice(["picture", "recording", "beats"]),
            "picture: pictures of beats; recording: recordings of twelve leads, and pages that show them; beats: annotated "
                + "beats of WFDB records, in their rhythm",
            readBy: [.train], search: .changesRows),
        .init(
            "features.network", "off", .flag,
            "recording: on adds the features of the network (extractor) that reads a drawing of the twelve usual beats",
            readBy: [.train], search: .changesRows),
        .init(
            "features.measurements", "all", .either("off", .either("all", .list)),
            "recording, beats: names of the measurements (docs/measurements.md lists them), or all; off: only the network",
            readBy: [.train], search: .changesRows),
        .init(
            "features.coding", "steps", .choice(["steps", "none"]),
            "recording, beats: steps (each measurement as seven soft steps at quantiles of its training values), or none",
            readBy: [.train], search: .changesRows),
        .init(
            "features.missing", "mean", .choice(["mean", "marked"]),
            "recording, beats: a measurement that is missing has the training mean; marked: with a further feature that says so",
            readBy: [.train], search: .changesRows),
    ]

    private static let dataset: [ConfigurationKey] = [
        .init(
            "dataset.path", nil, .text,
            "a folder with manifest.csv, a folder with a subfolder per class, several such folders separated by colons, a "
                + "feature file, or an ARFF file with its label XML; beats: folders of annotated WFDB records, separated "
                + "by colons, or a folder with manifest.csv that lists records",
            readBy: both, search: .changesRows),
        .init(
            "dataset.labels", "auto", .either("auto", .text),
            "label space file; auto: labels.yaml in the data set, else the AAMI label space", readBy: both,
            search: .changesRows),
        .init(
            "dataset.split", "auto",
            .choice([
                "auto", "holdout", "cross-fit", "kfold", "group-kfold", "leave-one-group-out", "index-kfold", "folds",
                "mitbih-ds1-ds2", "ptbxl",
            ]),
            "auto: the parts in the data, else cross-fit; holdout: a seeded validation part is split off; "
                + "cross-fit: the vote is tuned on out-of-fold scores; without a test part, these are also the result; "
                + "every row is tested once by the model of its fold: kfold (stratified; by group if groups "
                + "are known), group-kfold (needs groups), leave-one-group-out (needs groups), index-kfold (row number "
                + "mod k), folds (column of the manifest); "
                + "published splits: mitbih-ds1-ds2 (groups are record names), ptbxl (folds 1 to 10)",
            readBy: [.train], search: .changesRows),
        .init(
            "dataset.validation", "0.2", .number(0.01 ... 0.9),
            "holdout: the share of rows (or groups) for validation", readBy: both, search: .changesRows),
        .init(
            "dataset.folds", "5", .whole(2 ... 100), "cross-fit, kfold, group-kfold, index-kfold: number of folds",
            readBy: [.train], search: .changesRows),
        .init(
            "dataset.tuning_folds", "5", .whole(2 ... 100),
            "protocols with one model per fold: number of inner folds that tune the vote of each model",
            readBy: [.train], search: .changesRows),
        .init(
            "dataset.skip_unreadable", "false", .flag, "true: skip and list files that cannot be read", readBy: both,
            search: .changesRows),
        .init(
            leaveOut, "none", .either("none", .list), "pretrain: groups (patients, records) to leave out, or none",
            readBy: [.pretrain], search: .changesRows),
    ]

    package static let leaveOut = "dataset.leave_out"

    /// The block of settings that only `heartsense search` reads.
    package static let searchBlock = "search"

    private static let preprocessing: [ConfigurationKey] = [
        .init(
            "preprocessing.ink", "neutral", .choice(of: Preprocessing.Ink.self),
            "neutral: only ink and paper, without color and gray; as-drawn: grayscale", readBy: both),
        .init(
            "preprocessing.crop", "off", .either("off", .number(0 ... 1)),
            "crop to the drawing with this margin, as a share of its longer side; or off", readBy: both),
        .init(
            "preprocessing.contrast", "off", .either("off", .number(0 ... 49)),
            "percentile p: stretch p…100−p to black…white (as-drawn only), or off", readBy: both),
        .init(
            "preprocessing.size", "224", .whole(Preprocessing.sizes),
            "side of the picture that the network reads, in pixels; a multiple of 32", readBy: both),
    ]

    private static let training: [ConfigurationKey] = [
        .init(
            "extractor.weights", "random", .either("random", .text),
            "a Keras HDF5 file with MobileNetV2 weights, or random (seeded); a name with {fold} stands for one file per "
                + "fold of the manifest (dataset.split: folds)", readBy: [.train]),
        .init(
            "extractor.alpha", "1.0", .number(0.05 ... 4), "width of the network if the weights are random",
            readBy: [.train]),
        .init(
            "extractor.precision", "float32", .choice(["float32", "split"]),
            "float32, or split: faster with Intel AMX, error 5e-4 instead of 2e-5", readBy: [.train]),
        .init(
            "extractor.cache", "runs/feature-cache", .either("off", .text), "folder of cached features, or off",
            readBy: [.train], search: .leavesScores),

        .init(
            "balance.undersample_above", "4000", .either("off", .whole(1 ... .max)),
            "maximum number of training rows per class, or off", readBy: [.train]),

        .init(
            "audit", "refuse", .choice(["refuse", "accept", "off"]),
            "if labels leak in the preprocessed pictures: refuse (stop with exit status 3), accept (train, with a "
                + "warning at the top of every result) or off (no audit)", readBy: [.train], search: .leavesScores),
    ]

    /// The rows of the classifiers' tables.
    private static let classifiers = Member.Parameters.kinds.flatMap { kind in
        kind.rows.map {
            ConfigurationKey(
                "classifiers.\(kind.name).\($0.name)", $0.standard, $0.form, $0.meaning, readBy: [.train])
        }
    }

    private static let decisions: [ConfigurationKey] = [
        .init(
            "ensemble.vote", "soft", .choice(of: Vote.self),
            "rule of the decision: soft (mean of calibrated scores), hard (majority), weighted (weighted majority), "
                + "stacked (per label a logistic regression on the classifiers' scores) or per-label (for each label the "
                + "best of these rules and of the classifiers); the scores in results are always those of soft",
            readBy: [.train]),
        .init(
            "ensemble.choice", "f1", .choice(of: LabelChoice.Goal.self),
            "per-label: the metric that selects the rule, on out-of-fold scores: f1 or accuracy", readBy: [.train]),
        .init(
            "ensemble.weights", "fitted", .either("fitted", .either("equal", .list)),
            "weights of the classifiers: fitted (as equal as the calibration set allows), equal, or numbers such as 1, 1, 2",
            readBy: [.train]),
        .init(
            "ensemble.thresholds", "f1", .either("f1", .number(0 ... 1)),
            "decision thresholds: f1 (per label, tuned on the calibration set), or one number for all labels",
            readBy: [.train]),
        .init(
            "ensemble.calibration", "platt", .choice(of: CalibrationMethod.self),
            "calibration of the scores, per classifier and label: platt, isotonic, temperature or none",
            readBy: [.train]),

        .init(
            "uncertainty.rule", "confidence", .choice(["confidence", "conformal", "both"]),
            "rule for uncertain results: confidence (minimum_confidence), conformal (per label and class, with a "
                + "guaranteed error), or both", readBy: [.train]),
        .init(
            "uncertainty.minimum_confidence", "0.5", .either("off", .number(0 ... 1)),
            "decisions with a lower confidence are uncertain, or off", readBy: [.train], search: .leavesScores),
        .init(
            "uncertainty.alpha", "0.1", .number(0.001 ... 0.5),
            "conformal: the guaranteed error, among samples with the label and among samples without", readBy: [.train]),
        .init(
            "uncertainty.calibration_share", "0.25", .number(0.05 ... 0.9),
            "conformal: share of the calibration set that is reserved for conformal prediction", readBy: [.train]),
        .init(
            "uncertainty.maximum_disagreement", "off", .either("off", .number(0 ... 1)),
            "decisions are uncertain if the scores of the classifiers differ by more, or off", readBy: [.train],
            search: .leavesScores),
        .init(
            "uncertainty.false_alarms", "0.01", .either("off", .number(0.0001 ... 0.5)),
            "share of pictures like those of training that may be flagged as not_an_ecg, and the same for poor_quality; "
                + "or off",
            readBy: [.train], search: .leavesScores),

        .init(
            "evaluation.bootstrap", "1000", .whole(0 ... 100_000),
            "number of bootstrap replicates for 95 % intervals; 0: no intervals", readBy: [.train],
            search: .leavesScores),

        .init(
            "tracking", "off", .choice(["off", "mlruns"]),
            "mlruns: also write the run for MLflow (./mlruns) and TensorBoard; off: neither", readBy: [.train],
            search: .leavesScores),

        .init(
            "card.source", "none", .either("none", .text), "model card: source of the data", readBy: [.train],
            search: .leavesScores),
        .init(
            "card.license", "none", .either("none", .text), "model card: license of data and model", readBy: [.train],
            search: .leavesScores),
        .init(
            "card.use", "none", .either("none", .text), "model card: intended use", readBy: [.train],
            search: .leavesScores),
        .init(
            "card.limits", "none", .either("none", .text), "model card: known limits", readBy: [.train],
            search: .leavesScores),
    ]

    private static let both: Set<Program> = [.train, .pretrain]
}

extension Settings {
    /// Reads an experiment file.
    ///
    /// - Throws: `ConfigurationError`, `FileError`.
    package init(file: String, overrides: [String], of program: Program = .train) throws {
        try self.init(
            yaml: try FileContent.text(of: file, limit: 1 << 20), file: file, overrides: overrides, of: program)
    }

    /// - Parameter file: the name of the text in errors.
    package init(yaml: String, file: String, overrides: [String], of program: Program = .train) throws {
        try self.init(yaml: yaml, file: file, overrides: overrides, table: ExperimentKeys.table, program: program)
    }
}
