import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

/// What holds for every classifier.
@Suite struct MultiLabelClassifierTests {
    /// A classifier with its settings.
    struct Member: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fit: @Sendable (Matrix<Float>, LabelMatrix, Workers) throws -> any MultiLabelClassifier<Float>
        /// The same model through its memberwise initialiser.
        let remade: @Sendable (any MultiLabelClassifier<Float>) throws -> any MultiLabelClassifier<Float>
    }

    static let members = [
        Member(testDescription: "binary-relevance") {
            try BinaryRelevance.fit(features: $0, truth: $1, workers: $2)
        } remade: {
            let model = try #require($0 as? BinaryRelevance<Float>)
            return BinaryRelevance(
                machine: LinearMachine(weights: model.machine.weights, intercepts: model.machine.intercepts),
                constantLabels: model.constantLabels, unconvergedLabels: model.unconvergedLabels)
        },
        Member(testDescription: "mlaram") {
            try MLARAM.fit(features: $0, truth: $1, workers: $2)
        } remade: {
            let model = try #require($0 as? MLARAM<Float>)
            return MLARAM(
                range: FeatureRange(minimum: model.range.minimum, maximum: model.range.maximum),
                scaling: model.scaling, threshold: model.threshold, lower: model.lower, upper: model.upper,
                labels: model.labels, rowCounts: model.rowCounts)
        },
        Member(testDescription: "mltsvm") {
            try MLTSVM.fit(features: $0, truth: $1, workers: $2)
        } remade: {
            let model = try #require($0 as? MLTSVM<Float>)
            return MLTSVM(
                machine: model.machine, constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        },
        svm("ml-svm, radial", .init(kernel: .radial)),
        svm("ml-svm, radial, balanced", .init(c: 5, classWeight: .balanced)),
        svm("ml-svm, squared hinge", .init(kernel: .linear, classWeight: .balanced)),
        svm("ml-svm, hinge", .init(kernel: .linear, loss: .hinge)),
    ]

    private static func svm(_ name: String, _ parameters: MultiLabelSVM<Float>.Parameters) -> Member {
        Member(testDescription: name) {
            try MultiLabelSVM.fit(features: $0, truth: $1, parameters: parameters, workers: $2)
        } remade: {
            let model = try #require($0 as? MultiLabelSVM<Float>)
            switch model.machine {
            case .linear(let machine):
                return MultiLabelSVM(
                    machine: .linear(LinearMachine(weights: machine.weights, intercepts: machine.intercepts)),
                    constantLabels: model.constantLabels, unconvergedLabels: model.unconvergedLabels)
            case .radial(let machine):
                return MultiLabelSVM(
                    machine: .radial(
                        RadialMachine(
                            supportVectors: machine.supportVectors, coefficients: machine.coefficients,
                            intercepts: machine.intercepts, gamma: machine.gamma)),
                    constantLabels: model.constantLabels, unconvergedLabels: model.unconvergedLabels)
            }
        }
    }

    private static let one = Workers(count: 1)
    private static let four = Workers(count: 4)

    @Test(arguments: members)
    func `one thread and four give the same bits, and so does doing it twice`(member: Member) throws {
        let (features, truth) = Samples.overlapping(rows: 150, columns: 20, labels: 5, of: Float.self)
        let asked = Samples.overlapping(rows: 300, columns: 20, labels: 5, seed: 2, of: Float.self).features
        let scores = try [Self.one, Self.four, Self.four].map { workers in
            try member.fit(features, truth, workers).scores(asked, workers: workers)
        }
        #expect(scores[0].values.map(\.bitPattern) == scores[1].values.map(\.bitPattern))
        #expect(scores[1].values.map(\.bitPattern) == scores[2].values.map(\.bitPattern))
        #expect(scores[0].values.allSatisfy { $0.isFinite })
        #expect(Set(scores[0].values).count > 20)
    }

    @Test(arguments: members)
    func `labels that change places change places in the scores`(member: Member) throws {
        let (features, truth) = Samples.overlapping(rows: 120, columns: 12, labels: 4, of: Float.self)
        let order = [2, 0, 3, 1]
        let moved = LabelMatrix((0 ..< truth.rows).map { row in order.map { truth[row, $0] ? 1 : 0 } })
        let scores = try member.fit(features, truth, Self.one).scores(features, workers: Self.one)
        let movedScores = try member.fit(features, moved, Self.one).scores(features, workers: Self.one)
        for (place, label) in order.enumerated() {
            #expect(zip(movedScores.column(place), scores.column(label)).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    @Test(arguments: members)
    func `a model made again from its parts gives the same scores`(member: Member) throws {
        let (features, truth) = Samples.overlapping(rows: 80, columns: 9, labels: 3, of: Float.self)
        let model = try member.fit(features, truth, Self.one)
        #expect(model.labelCount == 3)
        #expect(model.featureCount == 9)
        #expect(
            try member.remade(model).scores(features, workers: Self.one) == model.scores(features, workers: Self.one))
    }

    @Test(arguments: members)
    func `learnable labels are learnt`(member: Member) throws {
        let (features, truth) = Samples.overlapping(rows: 200, columns: 15, labels: 3, of: Float.self)
        let scores = try member.fit(features, truth, Self.four).scores(features, workers: Self.four)
        for label in 0 ..< 3 {
            let sides = (0 ..< 200).map { (truth[$0, label], scores[$0, label]) }
            let positive = sides.filter(\.0).map(\.1)
            let negative = sides.filter { !$0.0 }.map(\.1)
            let right = positive.reduce(0) { sum, value in sum + negative.count { $0 < value } }
            #expect(Double(right) > 0.85 * Double(positive.count * negative.count))
        }
    }

    @Test(arguments: members)
    func `poor data gives finite scores`(member: Member) throws {
        let (wide, wideTruth) = Samples.overlapping(rows: 6, columns: 40, labels: 2, of: Float.self)
        let cases: [(String, Matrix<Float>, LabelMatrix)] = [
            ("a single sample", Matrix([[1, 2]]), LabelMatrix([[1, 0]])),
            ("one row per class", Matrix([[0, 1], [1, 0]]), LabelMatrix([[1, 0], [0, 1]])),
            ("constant features", Matrix(rows: 6, columns: 3, repeating: 2), wideTruth),
            ("the same row on both sides", Matrix([[1, 1], [1, 1], [0, 0]]), LabelMatrix([[1], [0], [1]])),
            ("labels that are all 0 or all 1", wide, LabelMatrix((0 ..< 6).map { [0, 1, UInt8($0 % 2)] })),
            ("a single label", wide, LabelMatrix((0 ..< 6).map { [UInt8($0 % 2)] })),
            ("fewer rows than features", wide, wideTruth),
            ("huge values", Matrix([[1e15, 0], [-1e15, 1], [0, 1e15]]), LabelMatrix([[1], [0], [1]])),
        ]
        for (name, features, truth) in cases {
            let model = try member.fit(features, truth, Self.one)
            let scores = model.scores(features, workers: Self.one)
            #expect(scores.rows == features.rows && scores.columns == truth.columns, "\(name)")
            #expect(scores.values.allSatisfy { $0.isFinite }, "\(name)")
        }
    }

    @Test(arguments: members)
    func `a sample with a value that is not finite has no scores, and the others keep theirs`(member: Member) throws {
        let (features, truth) = Samples.overlapping(rows: 40, columns: 5, labels: 2, of: Float.self)
        let model = try member.fit(features, truth, Self.one)
        let scores = model.scores(features, workers: Self.one)
        var broken = features
        broken[3, 1] = .nan
        broken[7, 0] = .infinity
        let found = model.scores(broken, workers: Self.one)
        for row in 0 ..< 40 {
            if row == 3 || row == 7 {
                #expect(found.row(row).allSatisfy { $0.isNaN })
            } else {
                #expect(found.row(row) == scores.row(row))
            }
        }
        #expect(model.scores(Matrix(rows: 0, columns: 5), workers: Self.one).rows == 0)
    }

    @Test(arguments: members)
    func `a fit refuses features that are not finite, and no data at all`(member: Member) throws {
        var (features, truth) = Samples.overlapping(rows: 10, columns: 4, labels: 2, of: Float.self)
        features[6, 2] = .nan
        #expect(throws: FitError.notFinite(row: 6, column: 2)) { try member.fit(features, truth, Self.one) }
        features[1, 3] = -.infinity
        #expect(throws: FitError.notFinite(row: 1, column: 3)) { try member.fit(features, truth, Self.one) }
        #expect(throws: FitError.empty(rows: 0, columns: 4, labels: 2)) {
            try member.fit(Matrix(rows: 0, columns: 4), LabelMatrix(rows: 0, columns: 2), Self.one)
        }
        #expect(FitError.notFinite(row: 6, column: 2).description.contains("row 6, column 2"))
    }

    @Test func `settings that a configuration leaves out keep their defaults`() throws {
        func read<P: ClassifierParameters>(_ text: String, _: P.Type = P.self) throws -> P {
            try JSONDecoder().decode(P.self, from: Data(text.utf8))
        }
        #expect(try read("{}") == BinaryRelevance<Float>.Parameters())
        #expect(try read("{}") == MLARAM<Float>.Parameters())
        #expect(try read("{}") == MultiLabelSVM<Float>.Parameters())
        #expect(
            try read(#"{"C": 2, "class_weight": "balanced", "max_iterations": 9}"#)
                == BinaryRelevance<Float>.Parameters(c: 2, classWeight: .balanced, maximumIterations: 9))
        #expect(
            try read(#"{"vigilance": 0.8, "scaling": "batch"}"#)
                == MLARAM<Float>.Parameters(vigilance: 0.8, scaling: .batch))
        #expect(
            try read(#"{"kernel": "linear", "loss": "hinge", "kernel_memory": 7, "tolerance": 0.01}"#)
                == MultiLabelSVM<Float>.Parameters(kernel: .linear, loss: .hinge, tolerance: 0.01, kernelMemory: 7))
    }

    @Test func `progress ends at one`() throws {
        let (features, truth) = Samples.overlapping(rows: 40, columns: 5, labels: 2, of: Float.self)
        let told = Told()
        _ = try BinaryRelevance.fit(features: features, truth: truth) { told.add($0) }
        #expect(told.last == 1)
        _ = try MLARAM.fit(features: features, truth: truth) { told.add($0 / 2) }
        #expect(told.last == 0.5)
        _ = try MultiLabelSVM.fit(features: features, truth: truth) { told.add($0) }
        #expect(told.last == 1)
    }

    private final class Told: @unchecked Sendable {
        private let lock = NSLock()
        private var shares: [Double] = []
        func add(_ share: Double) { lock.withLock { shares.append(share) } }
        var last: Double? { lock.withLock { shares.last } }
    }
}
