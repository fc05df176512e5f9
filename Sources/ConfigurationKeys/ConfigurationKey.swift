/// One key of an experiment file: its dotted path, its default and what it means.
///
/// This table is the only place where a default stands: the reader fills in from it, an override is checked against
/// it, and `heartsense train --help-config` prints it.
package struct ConfigurationKey {
    /// For example `balance.undersample_above`.
    let path: String
    /// As it would be written in the file; nil where the file must say.
    let standard: String?
    let meaning: String

    init(_ path: String, _ standard: String?, _ meaning: String) {
        self.path = path
        self.standard = standard
        self.meaning = meaning
    }

    /// Of every command.
    static let all: [ConfigurationKey] = training + pretraining

    /// What `train` reads; `pretrain` shares some of them.
    private static let training: [ConfigurationKey] = [
        .init("name", nil, "what the experiment is called; its runs go to runs/<name>/"),
        .init("seed", "1", "every random choice follows from it"),

        .init(
            "dataset.path", nil,
            "a folder with manifest.csv, a folder of class folders, a feature file, or an ARFF file with its label XML"),
        .init("dataset.labels", "auto", "label space file; auto: labels.yaml in the data set, else the AAMI space"),
        .init(
            "dataset.split", "auto",
            "auto: the parts that the data gives, else cross-fit; holdout: a seeded validation part is cut off; "
                + "cross-fit: the vote is tuned, and without a test part scored, on out-of-fold scores; "
                + "every row tested once by a model of its own fold: kfold (stratified; by group where groups are "
                + "known), group-kfold (needs groups), leave-one-group-out (needs groups), index-kfold (row number "
                + "mod k), folds (the manifest's column); "
                + "published divisions: mitbih-ds1-ds2 (groups are record names), ptbxl (folds 1 to 10)"),
        .init("dataset.validation", "0.2", "holdout: the share of rows (or groups) that is cut off for validation"),
        .init("dataset.folds", "5", "cross-fit, kfold, group-kfold, index-kfold: the number of folds"),
        .init(
            "dataset.tuning_folds", "5",
            "protocols with a model for each fold: the folds inside its training rows that its vote is tuned on"),
        .init("dataset.skip_unreadable", "false", "true: go on without files that cannot be read, and list them"),
        .init(leaveOut, "none", "pretrain: groups (patients, records) that are not looked at, or none"),

        .init("preprocessing.ink", "neutral", "neutral: ink against paper, whatever its colour; as-drawn: plain grey"),
        .init("preprocessing.crop", "off", "margin around the drawing as a share of its longer side, or off"),
        .init("preprocessing.contrast", "off", "percentile p: stretch p…100−p to black…white (as-drawn only), or off"),
        .init("preprocessing.size", "224", "side of the picture that the network reads, in pixels"),

        .init(
            "extractor.weights", "random",
            "a Keras HDF5 file with MobileNetV2 weights, or random (seeded); with {fold} in its name one for each fold "
                + "of the manifest (dataset.split: folds)"),
        .init("extractor.alpha", "1.0", "width of the network when the weights are random"),
        .init("extractor.precision", "float32", "float32, or split: faster with Intel AMX, to 5e-4 instead of 2e-5"),
        .init("extractor.cache", "runs/feature-cache", "folder of cached features, or off"),

        .init("balance.undersample_above", "4000", "classes with more training rows are cut to this many, or off"),

        .init(
            "audit", "refuse",
            "labels that leak through the pictures as training sees them: refuse (exit status 3), accept (train, with "
                + "the finding at the top of every result) or off"),

        .init(
            "classifiers.binary-relevance.base", "logistic",
            "what is fitted to each label: logistic, linear-svm or rbf-svm"),
        .init("classifiers.binary-relevance.C", "0.01", "cost of an error; the inverse strength of the L2 penalty"),
        .init("classifiers.binary-relevance.loss", "squared-hinge", "linear-svm: hinge or squared-hinge"),
        .init("classifiers.binary-relevance.gamma", "scale", "rbf-svm: width, as of ml-svm"),
        .init("classifiers.binary-relevance.class_weight", "none", "none or balanced"),
        .init(
            "classifiers.binary-relevance.tolerance", "auto",
            "where a label's fit ends; auto: 1e-6 of the gradient (logistic), 1e-3 of a margin (SVM)"),
        .init("classifiers.mlaram.vigilance", "0.9", "ρ: how closely a prototype must fit, 0…1"),
        .init("classifiers.mlaram.threshold", "0.02", "τ: how far below the best activation a prototype still counts"),
        .init(
            "classifiers.mlaram.voters", "1",
            "how many learn the rows, each in a shuffled order of its own but the first"),
        .init(
            "classifiers.mlaram.clustering", "off",
            "for many prototypes: the share of them, 0…1, that a prediction looks at (the nearest clusters), or off"),
        .init("classifiers.ml-svm.kernel", "rbf", "rbf or linear"),
        .init("classifiers.ml-svm.C", "5", "cost of an error"),
        .init("classifiers.ml-svm.loss", "squared-hinge", "linear: hinge or squared-hinge"),
        .init("classifiers.ml-svm.gamma", "scale", "RBF width: a number, or scale for 1 / (d · variance)"),
        .init("classifiers.ml-svm.class_weight", "none", "none or balanced"),
        .init(
            "classifiers.ml-svm.tolerance", "0.001", "where a label's fit ends: the violation of a margin that is left"),
        .init(
            "classifiers.ml-svm.kernel_memory", "2048", "rbf: the most MiB that kernel values may take while fitting"),
        .init("classifiers.mltsvm.C", "0.5", "cost of a sample without the label that is too near its plane"),
        .init("classifiers.mltsvm.lambda", "1", "strength of the L2 penalty"),
        .init(
            "classifiers.mltsvm.tolerance", "0.001", "where a label's fit ends: the violation of a margin that is left"),

        .init(
            "ensemble.vote", "soft",
            "what decides: soft (mean of calibrated scores), hard (majority), weighted (majority, each member with its "
                + "weight), stacked (per label a logistic regression on the members' scores) or per-label (the best of "
                + "these and of the members for each label); the scores that are shown are always those of soft"),
        .init("ensemble.choice", "f1", "per-label: what a label's choice must be best at out of fold: f1 or accuracy"),
        .init("ensemble.weights", "fitted", "fitted: by log loss on tuning rows; equal; or numbers such as 1, 1, 2"),
        .init("ensemble.thresholds", "f1", "f1: per label, tuned on the tuning rows; or one number for all labels"),
        .init("ensemble.calibration", "platt", "platt, isotonic, temperature or none, per member and label"),

        .init(
            "uncertainty.rule", "confidence",
            "what makes an answer uncertain: confidence (minimum_confidence), conformal (per label and class, with a "
                + "promised error), or both"),
        .init("uncertainty.minimum_confidence", "0.5", "below it a decision is marked uncertain, or off"),
        .init("uncertainty.alpha", "0.1", "conformal: the promised error, for samples with a label and without it"),
        .init(
            "uncertainty.calibration_share", "0.25",
            "conformal: the share of the tuning rows that is kept for it, which nothing else is tuned on"),
        .init("uncertainty.maximum_disagreement", "off", "spread of the members' scores above it is uncertain, or off"),
        .init(
            "uncertainty.false_alarms", "0.01",
            "share of pictures like those of training that may be called not_an_ecg (and as many poor_quality), or off"),

        .init("evaluation.bootstrap", "1000", "replicates behind the 95 % intervals; 0 leaves the intervals out"),

        .init("tracking", "off", "mlruns: also write the run for MLflow (./mlruns) and TensorBoard; or off"),
    ]

    /// Keys whose value is itself a list: a comma in them separates its items and not the values of a sweep.
    package static let listValued: Set<String> = ["ensemble.weights"]

    /// The classifier that a file must name to have it: the others are on in a file that names none.
    static let optionalBlock = "classifiers.mltsvm"

    /// The keys as a commented YAML file with every default: what `--help-config` prints. What is off unless it is
    /// named is there as a comment.
    ///
    /// - Parameter command: nil for the keys of every command.
    package static func commentedDefaults(of command: Command? = nil) -> String {
        var lines: [String] = []
        var open: [String] = []
        for key in all where command.map(key.isOf) ?? true {
            if command == nil, key.path == pretraining[0].path {
                lines += ["", "# The keys below are of `heartsense pretrain`; `heartsense train` passes over them."]
            }
            let parts = key.path.split(separator: ".").map(String.init)
            var depth = 0
            while depth < min(open.count, parts.count - 1), open[depth] == parts[depth] { depth += 1 }
            let firstLine = lines.count
            for level in depth ..< parts.count - 1 {
                lines.append(String(repeating: "  ", count: level) + parts[level] + ":")
            }
            open = Array(parts.dropLast())
            let entry = String(repeating: "  ", count: open.count) + parts[parts.count - 1] + ": "
            let comments = Self.wrapped(key.meaning, width: 80)
            let first = (entry + (key.standard ?? "…")).padding(toLength: 36, withPad: " ")
            lines.append("\(first)  # \(comments[0])")
            for more in comments.dropFirst() { lines.append("".padding(toLength: 38, withPad: " ") + "# " + more) }
            if key.path.hasPrefix(optionalBlock + ".") {
                for line in firstLine ..< lines.count { lines[line] = "# " + lines[line].dropFirst(2) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text in lines of at most `width` characters, broken at blanks.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count >= width { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines
    }

    /// The keys of one block, for example of `classifiers.mlaram`.
    static func keys(under prefix: String) -> [ConfigurationKey] {
        all.filter { $0.path.hasPrefix(prefix + ".") }
    }
}

extension String {
    fileprivate func padding(toLength length: Int, withPad pad: Character) -> String {
        self + String(repeating: pad, count: max(0, length - count))
    }
}
