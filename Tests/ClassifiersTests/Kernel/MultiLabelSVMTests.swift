import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

@Suite struct MultiLabelSVMTests {
    @Test func `the solution of two samples at distance one equals a hand calculation`() throws {
        // α = min(C, 1 / (1 − e^−γ)) on both sides, b = 0.
        let model = try MultiLabelSVM<Double>.fit(
            features: Matrix([[0], [1]]), truth: LabelMatrix([[1], [0]]),
            parameters: .init(c: 10, gamma: .value(1), tolerance: 1e-10))
        guard case .radial(let function) = model.decisionFunction else {
            return #expect(Bool(false), "a radial function")
        }
        let alpha = 1 / (1 - exp(-1.0))
        #expect(function.supportVectors == Matrix([[0], [1]]))
        #expect(function.coefficients.distance(to: Matrix([[alpha], [-alpha]])) < 1e-10)
        #expect(abs(function.intercepts[0]) < 1e-10)
        let bounded = try MultiLabelSVM<Double>.fit(
            features: Matrix([[0], [1]]), truth: LabelMatrix([[1], [0]]), parameters: .init(c: 1, gamma: .value(1)))
        guard case .radial(let function) = bounded.decisionFunction else {
            return #expect(Bool(false), "a radial function")
        }
        #expect(function.coefficients == Matrix([[1], [-1]]))
    }

    @Test(
        .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"],
        [("scale", 1.0, KernelWidth.scale), ("g005C10", 10.0, .value(0.05))])
    func `dual objectives and decision values equal those of LIBSVM`(
        set: String, setting: (name: String, c: Double, gamma: KernelWidth)
    ) throws {
        let features = try SharedMaterial.oracleMatrix("\(set)_Xs")
        let truth = try SharedMaterial.oracleLabels("\(set)_Y")
        let model = try MultiLabelSVM.fit(
            features: features, truth: truth,
            parameters: .init(c: setting.c, gamma: setting.gamma, tolerance: 1e-8))
        let decisions = try SharedMaterial.oracleMatrix("\(set)_svc_\(setting.name)_decision")
        #expect(try model.scores(SharedMaterial.oracleMatrix("\(set)_Xts")).distance(to: decisions) <= 1e-6)

        let alphas = try SharedMaterial.oracleMatrix("\(set)_svc_\(setting.name)_signed_alpha")
        guard case .radial(let function) = model.decisionFunction else {
            return #expect(Bool(false), "a radial function")
        }
        let fitted = function.decisionValues(features, workers: .all)
        let oracle = KernelDecisionFunction(
            supportVectors: features,
            coefficients: Matrix(rows: features.rows, columns: truth.columns, values: alphas.transposedValues),
            intercepts: [Double](repeating: 0, count: truth.columns), gamma: function.gamma)
        let expected = oracle.decisionValues(features, workers: .all)
        // ½βᵀKβ − Σ|β|, where Kβ is the decision value without its intercept.
        for label in 0 ..< truth.columns {
            func objective(_ values: Matrix<Double>, _ intercept: Double, _ pairs: [(row: Int, beta: Double)]) -> Double
            {
                pairs.reduce(0) { $0 + $1.beta * (values[$1.row, label] - intercept) / 2 - abs($1.beta) }
            }
            let rows = Dictionary(uniqueKeysWithValues: (0 ..< features.rows).map { (Array(features.row($0)), $0) })
            let found = objective(
                fitted, function.intercepts[label],
                (0 ..< function.supportVectors.rows).map {
                    (rows[Array(function.supportVectors.row($0))]!, function.coefficients[$0, label])
                })
            let best = objective(expected, 0, (0 ..< features.rows).map { ($0, alphas[label, $0]) })
            #expect(abs(found - best) <= 1e-9 * abs(best))
        }
    }

    @Test func `shrinking and cached rows give the same solution as the complete matrix`() throws {
        let (features, truth) = Samples.overlapping(rows: 1100, columns: 6, labels: 1, of: Double.self)
        let problem = BinaryProblem(truth: truth, label: 0, c: 10, classWeight: .balanced)
        let whole = RadialKernel(features: features, gamma: 0.2, memory: .max, workers: .init(count: 1))
        let kept = RadialKernel(features: features, gamma: 0.2, memory: 1100 * 8 * 64, workers: .init(count: 1))
        var first = SequentialMinimalOptimization(kernel: whole, problem: problem, tolerance: 1e-6)
        var second = SequentialMinimalOptimization(kernel: kept, problem: problem, tolerance: 1e-6)
        let a = first.solve()
        let b = second.solve()
        #expect(a.converged && b.converged)
        #expect(zip(a.coefficients, b.coefficients).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(abs(a.intercept - b.intercept) < 1e-5)
        try expectOptimal(a, whole, problem, tolerance: 1e-5)
        try expectOptimal(b, whole, problem, tolerance: 1e-5)
    }

    /// Checks the Karush–Kuhn–Tucker conditions with plain sums over the kernel.
    private func expectOptimal(
        _ solution: DualSolution, _ kernel: RadialKernel<Double>, _ problem: BinaryProblem, tolerance: Double
    ) throws {
        #expect(abs(solution.coefficients.reduce(0, +)) < 1e-9)
        for row in solution.coefficients.indices {
            let value = kernel.withRow(row) { k in
                solution.coefficients.indices.reduce(solution.intercept) { $0 + solution.coefficients[$1] * k[$1] }
            }
            let margin = problem.signs[row] * value
            let alpha = problem.signs[row] * solution.coefficients[row]
            if alpha < problem.costs[row] { #expect(margin >= 1 - tolerance) }
            if alpha > 0 { #expect(margin <= 1 + tolerance) }
            #expect(alpha >= 0 && alpha <= problem.costs[row])
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"])
    func `the linear squared hinge equals the optimum of LIBLINEAR`(set: String) throws {
        let model = try MultiLabelSVM.fit(
            features: SharedMaterial.oracleMatrix("\(set)_Xs"), truth: SharedMaterial.oracleLabels("\(set)_Y"),
            parameters: .init(c: 1, kernel: .linear, tolerance: 1e-10))
        guard case .linear(let function) = model.decisionFunction else {
            return #expect(Bool(false), "a linear function")
        }
        let found = Matrix<Double>(
            (0 ..< model.labelCount).map { function.weights.row($0) + [function.intercepts[$0]] })
        #expect(try found.distance(to: SharedMaterial.oracleMatrix("\(set)_linsvc_sqhinge_wb")) <= 1e-8)
        #expect(model.unconvergedLabels == [])
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the linear hinge reaches the objective of LIBLINEAR`() throws {
        struct Label: Decodable {
            let objective: Double
            enum CodingKeys: String, CodingKey { case objective = "hinge_obj" }
        }
        let oracle = try JSONDecoder().decode(
            [String: [Label]].self, from: SharedMaterial.data("oracles/multilabel/linsvc.json"))
        let features = try SharedMaterial.oracleMatrix("A_Xs")
        let truth = try SharedMaterial.oracleLabels("A_Y")
        let model = try MultiLabelSVM.fit(
            features: features, truth: truth, parameters: .init(c: 1, kernel: .linear, loss: .hinge, tolerance: 1e-7))
        guard case .linear(let function) = model.decisionFunction else {
            return #expect(Bool(false), "a linear function")
        }
        let values = model.scores(features)
        for label in 0 ..< truth.columns {
            var objective = function.weights.row(label).reduce(0) { $0 + $1 * $1 / 2 }
            objective += function.intercepts[label] * function.intercepts[label] / 2
            for row in 0 ..< features.rows {
                objective += max(0, 1 - (truth[row, label] ? 1 : -1) * values[row, label])
            }
            let expected = try #require(oracle["A"])[label].objective
            #expect(abs(objective - expected) <= 1e-7 * expected)
        }
    }

    @Test func `a constant label scores plus or minus one without support vectors`() throws {
        let (features, _) = Samples.overlapping(rows: 10, columns: 3, labels: 1, of: Float.self)
        let truth = LabelMatrix(rows: 10, columns: 2, values: (0 ..< 20).map { UInt8($0 % 2) })
        for kernel in MultiLabelSVM<Float>.Kernel.allCases {
            let model = try MultiLabelSVM.fit(features: features, truth: truth, parameters: .init(kernel: kernel))
            #expect(model.constantLabels == [0, 1])
            #expect(model.scores(features) == Matrix((0 ..< 10).map { _ in [-1, 1] }))
        }
    }

    @Test func `gamma is a number or the word scale`() throws {
        #expect(["scale", "0.5", "wide"].map { KernelWidth(parameterText: $0) } == [.scale, .value(0.5), nil])
        #expect([KernelWidth.scale, .value(0.25)].map(\.parameterText) == ["scale", "0.25"])
        #expect(throws: FitError.parameter(name: "gamma", expected: "scale or a number above 0", found: "-2")) {
            try MultiLabelSVM<Float>.Parameters(gamma: .value(-2)).validate()
        }
        #expect(KernelWidth.scale.value(for: Matrix<Double>([[1, 1], [1, 1]])) == 1)
        #expect(KernelWidth.scale.value(for: Matrix<Double>([[0, 0], [2, 2]])) == 0.5)
    }
}

extension Matrix<Double> {
    /// The values, column by column.
    var transposedValues: [Double] {
        (0 ..< columns).flatMap { column in (0 ..< rows).map { self[$0, column] } }
    }
}
