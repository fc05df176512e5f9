/// The division of the data into rows to train on and rows to score: the key `dataset.split`.
///
/// Undersampling, standardization, members, calibration, weights, thresholds and the rule for uncertain answers are fitted
/// on training rows only. A division that the protocol makes itself keeps duplicates and groups on one side.
public enum EvaluationProtocol: String, CaseIterable, Sendable {
    /// The parts given by the data; without them `crossFit`.
    case auto
    /// Like `auto`, with a seeded validation part if the data give none.
    case holdout
    /// The vote is tuned on out-of-fold scores of the training rows. Without a test part these are scored.
    case crossFit = "cross-fit"
    /// k folds with a model each, stratified by label, of whole groups if groups are known.
    case kfold
    /// `kfold` that requires groups.
    case groupKfold = "group-kfold"
    /// A fold for each group.
    case leaveOneGroupOut = "leave-one-group-out"
    /// Row i is tested in fold i mod k.
    case indexKfold = "index-kfold"
    /// The folds of the manifest's column.
    case folds
    /// MIT-BIH: the records of DS1 for training, those of DS2 for the test, by the names of the groups.
    case mitbih = "mitbih-ds1-ds2"
    /// PTB-XL: folds 1 to 8 for training, 9 for tuning, 10 for the test.
    case ptbxl

    /// Whether every row is tested once, by a model that is fitted on the other folds.
    var isCrossValidation: Bool {
        switch self {
        case .kfold, .groupKfold, .leaveOneGroupOut, .indexKfold, .folds: true
        case .auto, .holdout, .crossFit, .mitbih, .ptbxl: false
        }
    }
}
