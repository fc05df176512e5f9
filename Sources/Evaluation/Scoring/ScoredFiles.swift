import Classifiers
import Datasets
import Files
import Foundation
import Inference
import LinearAlgebra

/// The files of scores that a run or an evaluation leaves behind, from which everything else is computed.
///
/// `predictions.csv` is the ensemble's; `scores/<member>.csv`, `scores/baseline.csv`, where patients are known
/// `scores/groups.csv`, of a cross-validation `scores/folds.csv` and with conformal prediction `scores/conformal.csv`
/// stand beside it.
public struct ScoredFiles: Sendable {
    public let ensemble: PredictionTable
    /// By the member's name, in the order in which they are shown.
    public let members: [(name: String, table: PredictionTable)]
    /// The naive answer: always the labels that are most frequent in training.
    public let baseline: PredictionTable
    /// n rows of L conformal sets; nil without conformal prediction.
    public let answers: [[ConformalAnswer]]?
    /// One per sample; nil where nobody says whose the samples are.
    public let groups: [String]?
    /// The fold that tested each sample; nil where there is one model only.
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

    /// What `model` says of some rows of a data set.
    ///
    /// - Parameters:
    ///   - scores: of those rows.
    ///   - reasons: of those rows.
    ///   - rows: of the data set.
    ///   - truth: of those rows in the model's label space; nil where the data set's is the same.
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
        try Self.write(groups, named: "group", beside: ensemble.paths, to: "\(folder)/scores/groups.csv")
        try Self.write(folds, named: "fold", beside: ensemble.paths, to: "\(folder)/scores/folds.csv")
    }

    /// A text for each sample, or no file.
    private static func write(_ texts: [String]?, named name: String, beside paths: [String], to file: String) throws {
        guard let texts else {
            unlink(file)
            return
        }
        try CSVTable(header: ["path", name], rows: zip(paths, texts).map { [$0, $1] }).write(to: file)
    }

    /// Reads the files of `folder`.
    ///
    /// - Parameter memberNames: in the order in which they are shown.
    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`, `EvaluationError.otherRows`.
    public init(contentsOf folder: String, memberNames: [String]) throws {
        ensemble = try PredictionTable(contentsOf: "\(folder)/predictions.csv")
        members = try memberNames.map { ($0, try PredictionTable(contentsOf: "\(folder)/scores/\($0).csv")) }
        baseline = try PredictionTable(contentsOf: "\(folder)/scores/\(Self.baselineName).csv")
        var paths: [(String, [String])] = []
        for (name, table) in members + [(Self.baselineName, baseline)] {
            paths.append(("scores/\(name).csv", table.paths))
            guard table.codes == ensemble.codes, table.truth == ensemble.truth else {
                throw EvaluationError.otherRows(
                    file: "\(folder)/scores/\(name).csv", beside: "\(folder)/predictions.csv")
            }
        }
        func texts(_ name: String, in file: String) throws -> [String]? {
            guard FileManager.default.fileExists(atPath: "\(folder)/\(file)") else { return nil }
            let table = try CSVTable(contentsOf: "\(folder)/\(file)")
            guard table.header == ["path", name] else {
                throw EvaluationError.otherRows(file: "\(folder)/\(file)", beside: "\(folder)/predictions.csv")
            }
            paths.append((file, table.rows.map { $0.fields[0] }))
            return table.rows.map { $0.fields[1] }
        }
        let answersPath = "\(folder)/scores/conformal.csv"
        if FileManager.default.fileExists(atPath: answersPath) {
            let table = try ConformalTable(contentsOf: answersPath)
            guard table.codes == ensemble.codes else {
                throw EvaluationError.otherRows(file: answersPath, beside: "\(folder)/predictions.csv")
            }
            answers = table.answers
            paths.append(("scores/conformal.csv", table.paths))
        } else {
            answers = nil
        }
        groups = try texts("group", in: "scores/groups.csv")
        folds = try texts("fold", in: "scores/folds.csv")
        for (file, found) in paths where found != ensemble.paths {
            throw EvaluationError.otherRows(file: "\(folder)/\(file)", beside: "\(folder)/predictions.csv")
        }
    }
}

/// What can go wrong while scores are evaluated.
public enum EvaluationError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case otherRows(file: String, beside: String)
    case notMetrics(file: String, reason: String)
    case notConformal(file: String, found: String)
    case labelsDiffer(dataset: String, unknown: [String], model: String, known: [String])
    case otherFeatures(dataset: String, found: Int, model: String, expected: Int)
    case otherExtractor(dataset: String, found: String, model: String, expected: String)
    case disturbingNeedsPictures(dataset: String)

    public var description: String {
        switch self {
        case .otherRows(let file, let beside):
            "\(file): its rows or labels are not those of \(beside). Make the predictions again; the files belong together."
        case .notMetrics(let file, let reason):
            "\(file): this is no metrics.json of heartsense: \(reason)."
        case .notConformal(let file, let found):
            "\(file): a path and yes, no, both or neither for each label were expected, found “\(found)”. Make the "
                + "predictions again."
        case .labelsDiffer(let dataset, let unknown, let model, let known):
            "\(dataset): the labels \(unknown.joined(separator: ", ")) are unknown to \(model), which knows "
                + "\(known.joined(separator: ", ")). Evaluate on data with the labels that it was trained for."
        case .otherFeatures(let dataset, let found, let model, let expected):
            "\(dataset): \(found) features per sample found, \(model) was trained on \(expected)."
        case .otherExtractor(let dataset, let found, let model, let expected):
            "\(dataset): its features were made with \(found), \(model) was trained on features made with \(expected). "
                + "Make them again with `heartsense features`."
        case .disturbingNeedsPictures(let dataset):
            "\(dataset): --robustness disturbs the pictures themselves, and this file holds their features only. Give the "
                + "folder of the pictures, or leave --robustness out."
        }
    }

    public var errorDescription: String? { description }
}
