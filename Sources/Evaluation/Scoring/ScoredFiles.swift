import Classifiers
import Datasets
import Files
import Foundation
import Inference
import LinearAlgebra

/// The score files of a run or an evaluation. All results are computed from them.
///
/// `predictions.csv` has the ensemble's scores. The folder `scores` has `<member>.csv`, `baseline.csv`, `groups.csv` if
/// patients are known, `folds.csv` for a cross-validation and `conformal.csv` with conformal prediction.
public struct ScoredFiles: Sendable {
    public let ensemble: PredictionTable
    /// The members' scores by name, in display order.
    public let members: [(name: String, table: PredictionTable)]
    /// The naive baseline: always the most frequent labels of training.
    public let baseline: PredictionTable
    /// The conformal sets, n rows of L; nil without conformal prediction.
    public let answers: [[ConformalAnswer]]?
    /// The group of each sample; nil if groups are not known.
    public let groups: [String]?
    /// The fold that tested each sample; nil without cross-validation.
    public let folds: [String]?

    public static let baselineName = "baseline"

    public init(
        ensemble: PredictionTable, members: [(name: String, table: PredictionTable)], baseline: PredictionTable,
        answers: [[ConformalAnswer]]? = nil, groups: [String]?, folds: [String]? = nil
    ) {
        self.ensemble = ensemble
        self.members = members
        self.baseline = baseline
        self.answers = answers
        self.groups = groups
        self.folds = folds
    }

    /// Collects the predictions of `model` for some rows of a dataset.
    ///
    /// - Parameters:
    ///   - scores: The scores of the rows.
    ///   - reasons: The reasons to distrust the rows' predictions.
    ///   - rows: Positions in the dataset.
    ///   - truth: The rows' truth in the model's label space; nil if the dataset has the same label space.
    package init(
        scores: EnsembleScores, reasons: DecisionReasons, rows: [Int], of dataset: Dataset, by model: TrainedModel,
        truth: LabelMatrix? = nil
    ) {
        let samples = rows.map { dataset.samples[$0] }
        let truth = truth ?? dataset.truth.selecting(rows: rows)
        let codes = model.labelSpace.codes
        func table(_ scores: Matrix<Double>, _ decision: LabelMatrix, _ uncertain: [Bool]) -> PredictionTable {
            PredictionTable(
                codes: codes, paths: samples.map(\.path), truth: truth, decision: decision, uncertain: uncertain,
                scores: scores)
        }
        let certain = [Bool](repeating: false, count: rows.count)
        let decisions = reasons.decide(scores, by: model.policy)
        let baseline = model.baseline(rows: rows.count)
        self.init(
            ensemble: table(scores.scores, scores.decision, decisions.map(\.uncertain)),
            members: model.ensemble.members.enumerated().map { index, member in
                (member.name, table(scores.memberScores[index], scores.memberDecisions[index], certain))
            },
            baseline: table(baseline.scores, baseline.decision, certain),
            answers: reasons.answers(scores.scores),
            groups: samples.contains { $0.group != nil } ? samples.map { $0.group ?? $0.path } : nil)
    }

    /// Writes all files into `folder`.
    ///
    /// - Throws: `FileError`.
    public func write(to folder: String) throws {
        try AtomicFile.makeFolder("\(folder)/scores")
        try ensemble.write(to: "\(folder)/predictions.csv")
        for (name, table) in members { try table.write(to: "\(folder)/scores/\(name).csv") }
        try baseline.write(to: "\(folder)/scores/\(Self.baselineName).csv")
        let answersPath = "\(folder)/scores/conformal.csv"
        if let answers {
            try ConformalTable(codes: ensemble.codes, paths: ensemble.paths, answers: answers).write(to: answersPath)
        } else {
            unlink(answersPath)
        }
        try Self.write(groups, named: "group", paths: ensemble.paths, to: "\(folder)/scores/groups.csv")
        try Self.write(folds, named: "fold", paths: ensemble.paths, to: "\(folder)/scores/folds.csv")
    }

    /// Writes one text per sample, or removes the file if there are none.
    private static func write(_ texts: [String]?, named name: String, paths: [String], to file: String) throws {
        guard let texts else {
            unlink(file)
            return
        }
        try CSVTable(header: ["path", name], rows: zip(paths, texts).map { [$0, $1] }).write(to: file)
    }

    /// Reads the files of `folder`.
    ///
    /// - Parameter memberNames: The members in display order.
    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`, `EvaluationError.mismatchedRows`.
    public init(contentsOf folder: String, memberNames: [String]) throws {
        ensemble = try PredictionTable(contentsOf: "\(folder)/predictions.csv")
        members = try memberNames.map { ($0, try PredictionTable(contentsOf: "\(folder)/scores/\($0).csv")) }
        baseline = try PredictionTable(contentsOf: "\(folder)/scores/\(Self.baselineName).csv")
        var paths: [(String, [String])] = []
        for (name, table) in members + [(Self.baselineName, baseline)] {
            paths.append(("scores/\(name).csv", table.paths))
            guard table.codes == ensemble.codes, table.truth == ensemble.truth else {
                throw EvaluationError.mismatchedRows(
                    file: "\(folder)/scores/\(name).csv", reference: "\(folder)/predictions.csv")
            }
        }
        func texts(_ name: String, in file: String) throws -> [String]? {
            guard FileManager.default.fileExists(atPath: "\(folder)/\(file)") else { return nil }
            let table = try CSVTable(contentsOf: "\(folder)/\(file)")
            guard table.header == ["path", name] else {
                throw EvaluationError.mismatchedRows(file: "\(folder)/\(file)", reference: "\(folder)/predictions.csv")
            }
            paths.append((file, table.rows.map { $0.fields[0] }))
            return table.rows.map { $0.fields[1] }
        }
        let answersPath = "\(folder)/scores/conformal.csv"
        if FileManager.default.fileExists(atPath: answersPath) {
            let table = try ConformalTable(contentsOf: answersPath)
            guard table.codes == ensemble.codes else {
                throw EvaluationError.mismatchedRows(file: answersPath, reference: "\(folder)/predictions.csv")
            }
            answers = table.answers
            paths.append(("scores/conformal.csv", table.paths))
        } else {
            answers = nil
        }
        groups = try texts("group", in: "scores/groups.csv")
        folds = try texts("fold", in: "scores/folds.csv")
        for (file, found) in paths where found != ensemble.paths {
            throw EvaluationError.mismatchedRows(file: "\(folder)/\(file)", reference: "\(folder)/predictions.csv")
        }
    }
}

/// Errors during evaluation.
public enum EvaluationError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case mismatchedRows(file: String, reference: String)
    case notMetrics(file: String, reason: String)
    case notConformal(file: String, found: String)
    case labelsDiffer(dataset: String, unknown: [String], model: String, known: [String])
    case otherFeatures(dataset: String, found: Int, model: String, expected: Int)
    case otherExtractor(dataset: String, found: String, model: String, expected: String)
    case perturbationNeedsPictures(dataset: String)

    public var description: String {
        switch self {
        case .mismatchedRows(let file, let reference):
            "\(file): rows or labels do not match \(reference). Score the data again: the two files belong together."
        case .notMetrics(let file, let reason):
            "\(file): not a valid metrics.json: \(reason)."
        case .notConformal(let file, let found):
            "\(file): found “\(found)”, expected a path and yes, no, both or neither for each label. Score the data "
                + "again."
        case .labelsDiffer(let dataset, let unknown, let model, let known):
            "\(dataset): unknown labels \(unknown.joined(separator: ", ")). Labels of \(model): "
                + "\(known.joined(separator: ", ")). Evaluate on data with the labels of the model."
        case .otherFeatures(let dataset, let found, let model, let expected):
            "\(dataset): found \(found) features per sample, expected \(expected) as in the training of \(model)."
        case .otherExtractor(let dataset, let found, let model, let expected):
            "\(dataset): the features were extracted with \(found), but \(model) was trained on features extracted "
                + "with \(expected). Extract them again with `heartsense features`."
        case .perturbationNeedsPictures(let dataset):
            "\(dataset): --robustness needs pictures, but the file has only features. Give the folder of the pictures, "
                + "or omit --robustness."
        }
    }

    public var errorDescription: String? { description }
}
