/// How an experiment divides its data into what is learnt from and what is scored: `dataset.split`.
///
/// In every one of them balancing, standardisation, members, calibration, weights, thresholds and the rule for
/// uncertain answers are fitted on the rows that are learnt from, never on those that are scored. Pictures with the
/// same pixels and rows of one group never stand on both sides where the protocol makes the division itself.
public enum EvaluationProtocol: String, CaseIterable, Sendable {
    /// The parts that the data gives; where it gives none, `crossFit`.
    case auto
    /// Like `auto`, with a seeded validation part cut off where none is given.
    case holdout
    /// The vote is tuned on out-of-fold scores of the training rows, and without a test part those are scored.
    case crossFit = "cross-fit"
    /// k folds, stratified by label, of whole groups where groups are known; a model for each fold.
    case kfold
    /// `kfold` that insists on groups.
    case groupKfold = "group-kfold"
    /// A fold for each group.
    case leaveOneGroupOut = "leave-one-group-out"
    /// Row i is tested in fold i mod k.
    case indexKfold = "index-kfold"
    /// The folds that the manifest's column gives.
    case folds
    /// MIT-BIH: the records of DS1 to learn from, those of DS2 to test, by the names of the groups.
    case mitbih = "mitbih-ds1-ds2"
    /// PTB-XL: folds 1 to 8 to learn from, 9 to tune on, 10 to test.
    case ptbxl

    /// Whether every row is tested once, by a model that was fitted on the other folds.
    var isCrossValidation: Bool {
        switch self {
        case .kfold, .groupKfold, .leaveOneGroupOut, .indexKfold, .folds: true
        case .auto, .holdout, .crossFit, .mitbih, .ptbxl: false
        }
    }
}
