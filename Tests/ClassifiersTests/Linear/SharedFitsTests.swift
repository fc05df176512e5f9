import LinearAlgebra
import Testing

@testable import Classifiers

struct SharedFitsTests {
    typealias SVM = MultiLabelSVM<Float>.Parameters

    private static let (all, allTruth) = Samples.overlapping(rows: 90, columns: 6, labels: 3, seed: 21, of: Float.self)
    private static let shared = SharedFits(
        features: all.selecting(rows: Array(0 ..< 70)), truth: allTruth.selecting(rows: Array(0 ..< 70)),
        held: all.selecting(rows: Array(70 ..< 90)), seed: 3)

    /// Fits parameters from a cold start.
    private static func cold(_ setting: Member.Parameters) throws -> Matrix<Double> {
        try setting.fit(features: shared.features, truth: shared.truth, seed: 3, workers: Workers(count: 1))
            .decisionValues(shared.held, workers: Workers(count: 1))
    }

    private static let costs = [10, 0.01, 0.1, 1000, 1]

    /// On a path, each solver stops within its tolerance: L-BFGS at 1e-6 of the gradient, the others at 1e-3 of
    /// the margin, or better.
    static let paths: [(settings: [Member.Parameters], tolerance: Double)] = [
        (costs.map { .binaryRelevance(.init(c: $0)) }, 1e-3),
        (costs.map { .binaryRelevance(.init(c: $0, classWeight: .balanced)) }, 1e-3),
        (costs.map { .multiLabelSVM(SVM(c: $0, kernel: .linear, tolerance: 1e-6)) }, 1e-3),
        (
            [0.01, 0.1, 1, 3].map {
                .multiLabelSVM(SVM(c: $0, kernel: .linear, loss: .hinge, tolerance: 1e-5))
            }, 2e-3
        ),
        (costs.map { .multiLabelSVM(SVM(c: $0, gamma: .value(0.1), tolerance: 1e-6)) }, 1e-4),
        (
            // Under lower balanced costs all are at their bounds, and the intercept may be anything in a range.
            [3, 1, 1000].flatMap { cost in
                ClassWeight.allCases.map { .multiLabelSVM(SVM(c: cost, classWeight: $0, tolerance: 1e-6)) }
            }, 1e-4
        ),
        (costs.map { .binaryRelevance(.init(base: .linearSVM, c: $0, tolerance: 1e-6)) }, 1e-3),
        ([0, 0.01, 0.02, 0.5].map { .mlaram(.init(vigilance: 0.8, threshold: $0)) }, 0),
    ]

    @Test(arguments: paths.indices)
    func `a path agrees with cold starts within the tolerance of the solver`(index: Int) throws {
        let (settings, tolerance) = Self.paths[index]
        #expect(SharedFits.groups(settings) == [Array(settings.indices)])
        let found = try Self.shared.decisionValues(settings, workers: Workers(count: 2))
        for (setting, values) in zip(settings, found) {
            let expected = try Self.cold(setting)
            let scale = expected.values.reduce(1) { max($0, abs($1)) }
            #expect(values.distance(to: expected) <= tolerance * scale, "\(setting)")
        }
        #expect(Set(found.map(\.values)).count == settings.count, "each setting has values of its own")
    }

    @Test(arguments: paths.indices)
    func `a path gives the same bytes for any number of workers and any order`(index: Int) throws {
        let settings = Self.paths[index].settings
        let one = try Self.shared.decisionValues(settings, workers: Workers(count: 1))
        #expect(try Self.shared.decisionValues(settings, workers: Workers(count: 4)) == one)
        let turned = try Self.shared.decisionValues(settings.reversed(), workers: Workers(count: 2))
        #expect(Array(turned.reversed()) == one)
    }

    @Test func `parameters are grouped only if they share work`() {
        let settings: [Member.Parameters] = [
            .binaryRelevance(.init(c: 1)), .multiLabelSVM(SVM(c: 1, gamma: .value(0.1))),
            .mlaram(.init(vigilance: 0.8)), .binaryRelevance(.init(c: 2, classWeight: .balanced)),
            .multiLabelSVM(SVM(c: 2, gamma: .value(0.2))), .binaryRelevance(.init(c: 3)),
            .multiLabelSVM(SVM(c: 3, gamma: .value(0.1), classWeight: .balanced)),
            .mlaram(.init(vigilance: 0.8, threshold: 0.5)), .mlaram(.init(vigilance: 0.9)),
            .multiLabelSVM(SVM(c: 1, kernel: .linear)),
            .multiLabelSVM(SVM(c: 1, kernel: .linear, classWeight: .balanced)),
            .binaryRelevance(.init(base: .radialSVM, c: 7, gamma: .value(0.2))), .mltsvm(.init(c: 1)),
            .mltsvm(.init(c: 2)), .mlaram(.init(vigilance: 0.8, threshold: 0.5, voters: 2)),
        ]
        // A support vector machine is the same one as a base of binary relevance.
        #expect(
            SharedFits.groups(settings) == [[0, 5], [1, 6], [2, 7], [3], [4, 11], [8], [9, 10], [12], [13], [14]])
        #expect(SharedFits.memory([settings[1]], rows: 1000) == 4_000_000)
        #expect(SharedFits.memory([settings[1]], rows: 100_000) == 2048 << 20)
        #expect(SharedFits.memory([settings[9]], rows: 1000) == 0)
    }

    @Test func `the linear path continues in the primal if the dual is too slow`() throws {
        // Noise without a margin and a high cost: the dual does not end in a thousand sweeps.
        let (features, truth) = Samples.overlapping(rows: 400, columns: 3, labels: 2, seed: 5, of: Float.self)
        let problem = try LabelwiseProblem(
            features: features, truth: truth, parameters: MultiLabelSVM<Float>.Parameters())
        let path = RegularizationPath(problem: problem, costs: [0.1, 1e3, 1e4], classWeight: .none, tolerance: 1e-3)
        let minima = path.linear(loss: .squaredHinge, seed: 1, workers: Workers(count: 2))
        #expect(minima[0].allSatisfy { !$0.duals.isEmpty } && minima[2].allSatisfy { $0.duals.isEmpty })
        #expect(minima.allSatisfy { $0.allSatisfy(\.converged) })
        let cold = RegularizationPath(
            problem: problem, costs: [1e4], classWeight: .none, tolerance: 1e-3
        ).linear(loss: .squaredHinge, seed: 1, workers: Workers(count: 1))
        for (warm, cold) in zip(minima[2], cold[0]) {
            #expect(zip(warm.point, cold.point).allSatisfy { abs($0 - $1) < 1e-3 })
        }
    }

    @Test func `constant labels have the scores of a single fit`() throws {
        var truth = Self.shared.truth
        for row in 0 ..< truth.rows {
            truth[row, 1] = false
            truth[row, 2] = true
        }
        let shared = SharedFits(features: Self.shared.features, truth: truth, held: Self.shared.held, seed: 3)
        let settings: [Member.Parameters] = [
            .binaryRelevance(.init(c: 1)), .multiLabelSVM(SVM(c: 1)),
            .multiLabelSVM(SVM(c: 1, kernel: .linear)),
        ]
        for setting in settings {
            let found = try shared.decisionValues([setting], workers: Workers(count: 1))[0]
            let expected = try setting.fit(features: shared.features, truth: truth, seed: 3, workers: Workers(count: 1))
                .decisionValues(shared.held, workers: Workers(count: 1))
            for label in 1 ... 2 { #expect(found.column(label) == expected.column(label)) }
        }
    }

    @Test func `parameters out of range and rows without finite values are errors`() {
        #expect(throws: FitError.parameter(name: "C", expected: "a number above 0", found: "-1")) {
            try Self.shared.decisionValues([.multiLabelSVM(SVM(c: -1))], workers: Workers(count: 1))
        }
        var held = Self.shared.held
        held[4, 0] = .infinity
        let broken = SharedFits(features: Self.shared.features, truth: Self.shared.truth, held: held, seed: 3)
        #expect(throws: EnsembleError.notFinite(member: "binary-relevance", row: 4)) {
            try broken.decisionValues([.binaryRelevance(.init())], workers: Workers(count: 1))
        }
    }
}
