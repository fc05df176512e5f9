import ArgumentParser
import Classifiers
import Foundation
import LinearAlgebra

struct ClassifierMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classifier", abstract: "Measures the time to fit a classifier and to score the test rows.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case logistic, mlaram, mltsvm
        case linearSVM = "linear-svm"
        case rbfSVM = "rbf-svm"
    }

    @Option var kind: Kind
    @Option(help: "Folder with train.f32, train.u8, test.f32 (row-major).")
    var data: String
    @Option var features: Int
    @Option var labels: Int
    @Option var threads: Int
    @Option(help: "The fraction of MLARAM's prototypes that a search compares (default: all).")
    var clustering: Double?
    @Option(help: "Output file of the 0/1 decisions on the test rows.")
    var decisions: String

    func run() throws {
        let train = try matrix("\(data)/train.f32")
        let test = try matrix("\(data)/test.f32")
        let truth = LabelMatrix(
            rows: train.rows, columns: labels, values: try RawFile.bytes("\(data)/train.u8"))
        let workers = Workers(count: threads)
        try Rounds.serve(startup: 0) {
            var result: [String: Any] = [:]
            switch kind {
            case .logistic:
                let model = try timed("fit", &result) {
                    try BinaryRelevance<Float>.fit(
                        features: train, truth: truth, parameters: .init(c: 1, tolerance: 1e-4), workers: workers)
                }
                try score(&result) { model.scores(test, workers: workers) }
            case .linearSVM, .rbfSVM:
                let parameters = MultiLabelSVM<Float>.Parameters(
                    c: 1, kernel: kind == .rbfSVM ? .radial : .linear, tolerance: kind == .rbfSVM ? 1e-3 : 1e-4)
                let model = try timed("fit", &result) {
                    try MultiLabelSVM<Float>.fit(
                        features: train, truth: truth, parameters: parameters, workers: workers)
                }
                try score(&result) { model.scores(test, workers: workers) }
            case .mlaram:
                let model = try timed("fit", &result) {
                    try MLARAM<Float>.fit(
                        features: train, truth: truth,
                        parameters: .init(scaling: .batch, clustering: clustering), workers: workers)
                }
                result["prototypes"] = model.prototypeCount
                let decided = try timed("predict", &result) { model.decisions(test, workers: workers) }
                try Data(decided.values).write(to: URL(fileURLWithPath: decisions))
            case .mltsvm:
                let model = try timed("fit", &result) {
                    try MLTSVM<Float>.fit(features: train, truth: truth, parameters: .init(c: 0.5), workers: workers)
                }
                try score(&result, above: -model.decisionDistance) { model.scores(test, workers: workers) }
            }
            result["items"] = test.rows
            return result
        }
    }

    private func matrix(_ path: String) throws -> Matrix<Float> {
        let values = try RawFile.floats(path)
        return Matrix(rows: values.count / features, columns: features, values: values)
    }

    private func timed<Value>(
        _ name: String, _ result: inout [String: Any], _ body: () throws -> Value
    ) throws -> Value {
        var value: Value?
        let before = Rounds.processorSeconds
        result["\(name)_s"] = try Rounds.seconds { value = try body() }
        result["\(name)_cpu_s"] = Rounds.processorSeconds - before
        guard let value else { throw ExitCode.failure }
        return value
    }

    private func score(
        _ result: inout [String: Any], above bound: Double = 0, _ body: () -> Matrix<Double>
    ) throws {
        let scores = try timed("predict", &result, body)
        try Data(scores.values.map { $0 > bound ? 1 : 0 }).write(to: URL(fileURLWithPath: decisions))
    }
}
