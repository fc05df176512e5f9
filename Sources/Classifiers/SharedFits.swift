import Foundation
import LinearAlgebra

/// What many settings of one classifier say of the same held-out rows, with the work shared that they have in common.
///
/// Settings that differ in C alone go along a regularisation path, radial kernels of one width share their matrix, and
/// settings of MLARAM that differ in τ alone share their prototypes. Other settings are fitted by themselves. The
/// values are those of `Member.Parameters.fit` within the solvers' tolerances, and the same bytes whatever the number
/// of workers.
public struct SharedFits: Sendable {
    /// n × d, standardised.
    public let features: Matrix<Float>
    /// n × L.
    public let truth: LabelMatrix
    /// m × d, standardised as `features` are: the rows to score.
    public let held: Matrix<Float>
    public let seed: UInt64

    public init(features: Matrix<Float>, truth: LabelMatrix, held: Matrix<Float>, seed: UInt64) {
        self.features = features
        self.truth = truth
        self.held = held
        self.seed = seed
    }

    /// The settings that share work: the places of each group in `parameters`, in the order in which its first came.
    public static func groups(_ parameters: [Member.Parameters]) -> [[Int]] {
        var groups: [(common: Member.Parameters, members: [Int])] = []
        for (index, setting) in parameters.enumerated() {
            let common = setting.common
            if let known = groups.firstIndex(where: { $0.common == common }) {
                groups[known].members.append(index)
            } else {
                groups.append((common, [index]))
            }
        }
        return groups.map(\.members)
    }

    /// The most bytes that a group holds beside the features: its kernel.
    public static func memory(_ group: [Member.Parameters], rows: Int) -> Int {
        guard case .multiLabelSVM(let parameters) = group.first, parameters.kernel == .radial else { return 0 }
        return min(parameters.kernelMemory << 20, 4 * rows * rows)
    }

    /// m × L decision values of each setting of a group, in the group's order.
    ///
    /// - Parameter group: settings of which `groups` says that they share work.
    /// - Throws: the classifier's error if it cannot be fitted; `EnsembleError.notFinite`.
    public func decisionValues(_ group: [Member.Parameters], workers: Workers) throws -> [Matrix<Double>] {
        for setting in group { try setting.validate() }
        try TrainingCheck.accept(features, truth)
        let values: [Matrix<Double>]
        switch group.first {
        case .binaryRelevance(let first) where first.isPlain:
            values = logistic(first, group.map(\.cost), workers)
        case .multiLabelSVM(let first):
            let settings = group.compactMap { setting -> MultiLabelSVM<Float>.Parameters? in
                if case .multiLabelSVM(let parameters) = setting { parameters } else { nil }
            }
            values = first.kernel == .linear ? linear(settings, workers) : radial(settings, workers)
        case .mlaram(let first):
            let model = try MLARAM.fit(
                features: features, truth: truth, parameters: first, seed: seed, workers: workers)
            values = group.map { setting in
                guard case .mlaram(let parameters) = setting else { return Matrix(rows: 0, columns: 0) }
                return model.with(threshold: parameters.threshold).scores(held, workers: workers)
            }
        default:
            values = try group.map {
                try $0.fit(features: features, truth: truth, seed: seed, workers: workers)
                    .decisionValues(held, workers: workers)
            }
        }
        for value in values {
            if let place = value.values.firstIndex(where: { !$0.isFinite }) {
                throw EnsembleError.notFinite(member: group[0].name, row: place / value.columns)
            }
        }
        return values
    }

    private func logistic(
        _ first: BinaryRelevance<Float>.Parameters, _ costs: [Double], _ workers: Workers
    ) -> [Matrix<Double>] {
        let never = -log(2 * Double(truth.rows) + 1)
        return along(costs) { ascending in
            RegularisationPath(
                features: features, truth: truth, costs: ascending, classWeight: first.classWeight,
                tolerance: first.tolerance
            ).logistic(maximumIterations: first.maximumIterations, workers: workers)
                .map { linearValues($0, constant: never, workers) }
        }
    }

    private func linear(_ settings: [MultiLabelSVM<Float>.Parameters], _ workers: Workers) -> [Matrix<Double>] {
        along(settings.map(\.c)) { ascending in
            RegularisationPath(
                features: features, truth: truth, costs: ascending, classWeight: settings[0].classWeight,
                tolerance: settings[0].tolerance
            ).linear(loss: settings[0].loss, seed: seed, workers: workers)
                .map { linearValues($0, constant: -1, workers) }
        }
    }

    private func linearValues(_ minima: [MarginMinimum], constant: Double, _ workers: Workers) -> Matrix<Double> {
        var weights = Matrix<Double>(rows: truth.columns, columns: features.columns)
        var intercepts = truth.support.map { $0 == 0 ? constant : -constant }
        for minimum in minima { minimum.write(to: &weights, &intercepts) }
        return LinearMachine<Float>(weights: weights, intercepts: intercepts).decisionValues(held, workers: workers)
    }

    /// One kernel for all, one path for each class weight.
    private func radial(_ settings: [MultiLabelSVM<Float>.Parameters], _ workers: Workers) -> [Matrix<Double>] {
        let gamma = settings[0].gamma.value(for: features)
        let kernel = RadialKernel(
            features: features, gamma: gamma, memory: settings[0].kernelMemory << 20, workers: workers)
        var values = settings.map { _ in Matrix<Double>(rows: 0, columns: 0) }
        for weight in ClassWeight.allCases {
            let places = settings.indices.filter { settings[$0].classWeight == weight }
            guard !places.isEmpty else { continue }
            let found = along(places.map { settings[$0].c }) { ascending in
                let path = RegularisationPath(
                    features: features, truth: truth, costs: ascending, classWeight: weight,
                    tolerance: settings[0].tolerance)
                return path.radial(kernel: kernel, workers: workers).map { solutions in
                    var intercepts = truth.support.map { $0 == 0 ? -1.0 : 1.0 }
                    for (label, solution) in zip(path.labels, solutions) { intercepts[label] = solution.intercept }
                    return RadialMachine(
                        features: features, labels: path.labels, solutions: solutions, intercepts: intercepts,
                        gamma: gamma
                    ).decisionValues(held, workers: workers)
                }
            }
            for (place, value) in zip(places, found) { values[place] = value }
        }
        return values
    }

    /// Solves along distinct costs in ascending order, and gives each cost that was asked for its own.
    private func along(_ costs: [Double], _ solve: ([Double]) -> [Matrix<Double>]) -> [Matrix<Double>] {
        let ascending = Set(costs).sorted()
        let solved = Dictionary(uniqueKeysWithValues: zip(ascending, solve(ascending)))
        return costs.map { solved[$0] ?? Matrix(rows: 0, columns: 0) }
    }
}

extension Member.Parameters {
    /// The setting with what a group need not have in common put to one value.
    fileprivate var common: Member.Parameters {
        switch self {
        case .binaryRelevance(var parameters) where parameters.isPlain:
            parameters.c = 1
            return .binaryRelevance(parameters)
        case .multiLabelSVM(var parameters):
            parameters.c = 1
            if parameters.kernel == .radial { parameters.classWeight = .none }
            return .multiLabelSVM(parameters)
        case .mlaram(var parameters):
            parameters.threshold = 0
            return .mlaram(parameters)
        default: return self
        }
    }

    fileprivate var cost: Double {
        switch self {
        case .binaryRelevance(let parameters): parameters.c
        case .multiLabelSVM(let parameters): parameters.c
        default: 1
        }
    }
}

extension BinaryRelevance<Float>.Parameters {
    /// Whether nothing but what a path of logistic regressions knows of is set.
    fileprivate var isPlain: Bool {
        self
            == BinaryRelevance<Float>.Parameters(
                c: c, classWeight: classWeight, tolerance: tolerance, maximumIterations: maximumIterations)
    }
}

extension MLARAM<Float> {
    /// The same prototypes under another τ.
    fileprivate func with(threshold: Double) -> MLARAM {
        MLARAM(
            range: range, scaling: scaling, threshold: threshold, lower: lower, upper: upper, labels: labels,
            rowCounts: rowCounts)
    }
}
