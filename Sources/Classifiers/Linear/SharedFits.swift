import Foundation
import LinearAlgebra

/// Fits many parameters of classifiers and scores the same held-out rows, with shared work.
///
/// Parameters that differ in C only share a regularization path. RBF kernels with the same width share a matrix.
/// Parameters of MLARAM that differ in τ only share prototypes. All others are fitted separately. The values agree with
/// `Member.Parameters.fit` within the tolerances of the solvers. They are the same bytes for any number of workers.
public struct SharedFits: Sendable {
    /// n × d, standardized.
    public let features: Matrix<Float>
    /// n × L.
    public let truth: LabelMatrix
    /// m × d, standardized like `features`: the rows to score.
    public let held: Matrix<Float>
    public let seed: UInt64

    public init(features: Matrix<Float>, truth: LabelMatrix, held: Matrix<Float>, seed: UInt64) {
        self.features = features
        self.truth = truth
        self.held = held
        self.seed = seed
    }

    /// Groups parameters that share work.
    ///
    /// - Returns: the indices in `parameters` for each group, in the order of first occurrence.
    public static func groups(_ parameters: [Member.Parameters]) -> [[Int]] {
        var groups: [(common: SharedSetting, members: [Int])] = []
        for (index, setting) in parameters.enumerated() {
            let common = SharedSetting(setting).common
            if let known = groups.firstIndex(where: { $0.common == common }) {
                groups[known].members.append(index)
            } else {
                groups.append((common, [index]))
            }
        }
        return groups.map(\.members)
    }

    /// Returns the maximum memory of a group in bytes, in addition to the features: its kernel.
    public static func memory(_ group: [Member.Parameters], rows: Int) -> Int {
        guard case .supportVectors(let settings)? = group.first.map(SharedSetting.init), settings.kernel == .radial
        else { return 0 }
        return min(settings.kernelMemory << 20, 4 * rows * rows)
    }

    /// Returns m × L decision values for each element of a group, in its order.
    ///
    /// - Parameter group: at least one element, from the same group of `groups`.
    /// - Throws: the error of a classifier that cannot be fitted; `EnsembleError.notFinite`.
    public func decisionValues(_ group: [Member.Parameters], workers: Workers) throws -> [Matrix<Double>] {
        precondition(!group.isEmpty, "a group needs at least one element")
        for setting in group { try setting.validate() }
        let settings = group.map(SharedSetting.init)
        let values: [Matrix<Double>]
        switch settings[0] {
        case .logistic(let first):
            values = try logistic(first, settings.map(\.cost), workers)
        case .supportVectors(let first):
            values = try supportVectors(first, settings, workers)
        case .mlaram(let first):
            let model = try MLARAM.fit(
                features: features, truth: truth, parameters: first, seed: seed, workers: workers)
            values = settings.map { model.with(threshold: $0.threshold, workers).scores(held, workers: workers) }
        case .alone:
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
    ) throws -> [Matrix<Double>] {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: first)
        let constant = BinaryRelevance<Float>.constantScore(rows: truth.rows)
        return along(costs) { ascending in
            RegularizationPath(
                problem: problem, costs: ascending, classWeight: first.classWeight,
                tolerance: first.resolvedTolerance
            ).logistic(maximumIterations: first.maximumIterations, workers: workers).map {
                problem.decisionFunction($0, constant: constant).decisionValues(held, workers: workers)
            }
        }
    }

    /// Uses one kernel for all, and one path per class weight.
    private func supportVectors(
        _ first: MultiLabelSVM<Float>.Parameters, _ settings: [SharedSetting], _ workers: Workers
    ) throws -> [Matrix<Double>] {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: first)
        let gamma = first.gamma.value(for: features)
        let kernel =
            first.kernel == .radial && !problem.labels.isEmpty
            ? RadialKernel(features: features, gamma: gamma, memory: first.kernelMemory << 20, workers: workers) : nil
        var values = settings.map { _ in Matrix<Double>(rows: 0, columns: 0) }
        for weight in ClassWeight.allCases {
            let places = settings.indices.filter { settings[$0].classWeight == weight }
            let found = along(places.map { settings[$0].cost }) { ascending in
                let path = RegularizationPath(
                    problem: problem, costs: ascending, classWeight: weight, tolerance: first.tolerance)
                if first.kernel == .linear {
                    return path.linear(loss: first.loss, seed: seed, workers: workers).map {
                        problem.decisionFunction($0, constant: 1).decisionValues(held, workers: workers)
                    }
                }
                let solutions = kernel.map { path.radial(kernel: $0, workers: workers) } ?? ascending.map { _ in [] }
                return solutions.map {
                    KernelDecisionFunction(problem, $0, gamma: gamma).decisionValues(held, workers: workers)
                }
            }
            for (place, value) in zip(places, found) { values[place] = value }
        }
        return values
    }

    /// Solves along distinct costs in ascending order. Returns the solutions in the order of `costs`.
    private func along(_ costs: [Double], _ solve: ([Double]) -> [Matrix<Double>]) -> [Matrix<Double>] {
        guard !costs.isEmpty else { return [] }
        let ascending = Set(costs).sorted()
        let solved = Dictionary(uniqueKeysWithValues: zip(ascending, solve(ascending)))
        return costs.compactMap { solved[$0] }
    }
}

/// Parameters by their solver, which determines what `SharedFits` can share.
private enum SharedSetting: Equatable {
    case logistic(BinaryRelevance<Float>.Parameters)
    /// Parameters of `MultiLabelSVM`, or of a base of binary relevance.
    case supportVectors(MultiLabelSVM<Float>.Parameters)
    case mlaram(MLARAM<Float>.Parameters)
    case alone(Member.Parameters)

    init(_ setting: Member.Parameters) {
        switch setting {
        case .binaryRelevance(let parameters):
            self = parameters.supportVectors.map { .supportVectors($0) } ?? .logistic(parameters)
        case .multiLabelSVM(let parameters): self = .supportVectors(parameters)
        case .mlaram(let parameters): self = .mlaram(parameters)
        default: self = .alone(setting)
        }
    }

    /// The parameters with everything that can differ within a group set to a constant.
    var common: SharedSetting {
        switch self {
        case .logistic(var parameters):
            parameters.c = 1
            return .logistic(parameters)
        case .supportVectors(var parameters):
            parameters.c = 1
            parameters.classWeight = .none
            return .supportVectors(parameters)
        case .mlaram(var parameters):
            parameters.threshold = 0
            return .mlaram(parameters)
        case .alone: return self
        }
    }

    var cost: Double {
        switch self {
        case .logistic(let parameters): parameters.c
        case .supportVectors(let parameters): parameters.c
        case .mlaram, .alone: 1
        }
    }

    var classWeight: ClassWeight {
        if case .supportVectors(let parameters) = self { parameters.classWeight } else { .none }
    }

    var threshold: Double {
        if case .mlaram(let parameters) = self { parameters.threshold } else { 0 }
    }
}

extension MLARAM<Float> {
    /// Returns a model with the same prototypes and another τ.
    fileprivate func with(threshold: Double, _ workers: Workers) -> MLARAM {
        MLARAM(
            range: range, scaling: scaling, threshold: threshold, clustering: clustering, voters: voters,
            workers: workers)
    }
}
