import Foundation
import LinearAlgebra

/// What many settings of classifiers say of the same held-out rows, with the work shared that they have in common.
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

    /// The most bytes that a group holds beside the features: its kernel.
    public static func memory(_ group: [Member.Parameters], rows: Int) -> Int {
        guard case .supportVectors(let settings)? = group.first.map(SharedSetting.init), settings.kernel == .radial
        else { return 0 }
        return min(settings.kernelMemory << 20, 4 * rows * rows)
    }

    /// m × L decision values of each setting of a group, in the group's order.
    ///
    /// - Parameter group: settings of which `groups` says that they share work; at least one.
    /// - Throws: the classifier's error if it cannot be fitted; `EnsembleError.notFinite`.
    public func decisionValues(_ group: [Member.Parameters], workers: Workers) throws -> [Matrix<Double>] {
        precondition(!group.isEmpty, "a group of no settings")
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
            RegularisationPath(
                problem: problem, costs: ascending, classWeight: first.classWeight,
                tolerance: first.resolvedTolerance
            ).logistic(maximumIterations: first.maximumIterations, workers: workers).map {
                problem.machine($0, constant: constant).decisionValues(held, workers: workers)
            }
        }
    }

    /// One kernel for all, one path for each class weight.
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
                let path = RegularisationPath(
                    problem: problem, costs: ascending, classWeight: weight, tolerance: first.tolerance)
                if first.kernel == .linear {
                    return path.linear(loss: first.loss, seed: seed, workers: workers).map {
                        problem.machine($0, constant: 1).decisionValues(held, workers: workers)
                    }
                }
                let solutions = kernel.map { path.radial(kernel: $0, workers: workers) } ?? ascending.map { _ in [] }
                return solutions.map {
                    RadialMachine(problem, $0, gamma: gamma).decisionValues(held, workers: workers)
                }
            }
            for (place, value) in zip(places, found) { values[place] = value }
        }
        return values
    }

    /// Solves along distinct costs in ascending order, and gives each cost that was asked for its own.
    private func along(_ costs: [Double], _ solve: ([Double]) -> [Matrix<Double>]) -> [Matrix<Double>] {
        guard !costs.isEmpty else { return [] }
        let ascending = Set(costs).sorted()
        let solved = Dictionary(uniqueKeysWithValues: zip(ascending, solve(ascending)))
        return costs.compactMap { solved[$0] }
    }
}

/// A classifier's setting by how it is solved: what `SharedFits` can share.
private enum SharedSetting: Equatable {
    case logistic(BinaryRelevance<Float>.Parameters)
    /// Of `MultiLabelSVM`, or a base of binary relevance.
    case supportVectors(MultiLabelSVM<Float>.Parameters)
    case mlaram(MLARAM<Float>.Parameters)
    case alone(Member.Parameters)

    init(_ setting: Member.Parameters) {
        switch setting {
        case .binaryRelevance(let parameters):
            self = parameters.supportVectors.map { .supportVectors($0) } ?? .logistic(parameters)
        case .multiLabelSVM(let parameters): self = .supportVectors(parameters)
        case .mlaram(let parameters): self = .mlaram(parameters)
        case .mltsvm: self = .alone(setting)
        }
    }

    /// The setting with what a group need not have in common put to one value.
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
    /// The same prototypes under another τ.
    fileprivate func with(threshold: Double, _ workers: Workers) -> MLARAM {
        MLARAM(
            range: range, scaling: scaling, threshold: threshold, clustering: clustering, voters: voters,
            workers: workers)
    }
}
