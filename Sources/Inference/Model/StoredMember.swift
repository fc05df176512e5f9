import Classifiers
import HDF5
import LinearAlgebra

/// Reads and writes a fitted classifier in its group of a model file.
enum StoredMember {
    /// The dimensions that every classifier of the model must have.
    struct Shape {
        let file: String
        /// The number of features, d.
        let features: Int
        /// The number of labels, L.
        let labels: Int
    }

    static func write(_ member: Member, to group: HDF5Group) throws {
        switch member {
        case .binaryRelevance(let model):
            try group.attributes.set("base", to: model.base.rawValue)
            try write(model.decisionFunction, to: group)
            try write(constant: model.constantLabels, unconverged: model.unconvergedLabels, to: group)
        case .mlaram(let model):
            try StoredMLARAM.write(model, to: group)
        case .multiLabelSVM(let model):
            try write(model.decisionFunction, to: group)
            try write(constant: model.constantLabels, unconverged: model.unconvergedLabels, to: group)
        case .mltsvm(let model):
            try write(model.decisionFunction, to: group)
            try write(constant: model.constantLabels, unconverged: model.unconvergedLabels, to: group)
        }
    }

    static func read(_ name: String, from group: HDF5Group, shape: Shape) throws -> Member {
        switch name {
        case BinaryRelevance<Float>.name:
            let (base, function) = try readBase(group, shape)
            return .binaryRelevance(
                BinaryRelevance(
                    base: base, decisionFunction: function, constantLabels: try labels("constant", group, shape),
                    unconvergedLabels: try labels("unconverged", group, shape)))
        case MLARAM<Float>.name:
            return .mlaram(try StoredMLARAM.read(from: group, shape: shape))
        case MultiLabelSVM<Float>.name:
            return .multiLabelSVM(
                MultiLabelSVM(
                    decisionFunction: try readDecisionFunction(group, shape),
                    constantLabels: try labels("constant", group, shape),
                    unconvergedLabels: try labels("unconverged", group, shape)))
        case MLTSVM<Float>.name:
            return .mltsvm(
                MLTSVM(
                    decisionFunction: try readLinear(group, shape),
                    constantLabels: try labels("constant", group, shape),
                    unconvergedLabels: try labels("unconverged", group, shape)))
        default: throw ModelFileError.unknownMember(file: shape.file, name: name)
        }
    }

    private static func readBase(
        _ group: HDF5Group, _ shape: Shape
    ) throws -> (BinaryRelevance<Float>.Base, DecisionFunction<Float>) {
        // Files of older versions lack `base`: they are logistic.
        guard try group.attributes.contains("base") else { return (.logistic, .linear(try readLinear(group, shape))) }
        let name = try group.attributes.string("base")
        let function = try readDecisionFunction(group, shape)
        let isRadial = if case .radial = function { true } else { false }
        guard let base = BinaryRelevance<Float>.Base(rawValue: name), (base == .radialSVM) == isRadial else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path) base", found: name,
                expected: isRadial ? "rbf-svm, to match the kernel" : "logistic or linear-svm, to match the kernel")
        }
        return (base, function)
    }

    private static func readDecisionFunction(_ group: HDF5Group, _ shape: Shape) throws -> DecisionFunction<Float> {
        let kernel = try group.attributes.string("kernel")
        switch MultiLabelSVM<Float>.Kernel(rawValue: kernel) {
        case .linear: return .linear(try readLinear(group, shape))
        case .radial:
            // A label that was constant in training needs no support vectors. With only such labels there are none.
            let rows = try group.dataset("support_vectors").shape.first ?? 0
            let vectors: [Float] = try finite("support_vectors", group, shape, [rows, shape.features])
            let coefficients: [Double] = try finite("coefficients", group, shape, [rows, shape.labels])
            let gamma: Double = try group.attributes.value("gamma")
            guard gamma > 0, gamma.isFinite else {
                throw ModelFileError.badValue(
                    file: shape.file, object: "\(group.path) gamma", found: "\(gamma)", expected: "a positive number")
            }
            return .radial(
                KernelDecisionFunction(
                    supportVectors: Matrix(rows: rows, columns: shape.features, values: vectors),
                    coefficients: Matrix(rows: rows, columns: shape.labels, values: coefficients),
                    intercepts: try finite("intercepts", group, shape, [shape.labels]), gamma: gamma))
        case nil:
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path) kernel", found: kernel, expected: "linear or rbf")
        }
    }

    private static func write(_ function: DecisionFunction<Float>, to group: HDF5Group) throws {
        switch function {
        case .linear(let function):
            try group.attributes.set("kernel", to: MultiLabelSVM<Float>.Kernel.linear.rawValue)
            try write(function, to: group)
        case .radial(let function):
            try group.attributes.set("kernel", to: MultiLabelSVM<Float>.Kernel.radial.rawValue)
            try group.attributes.set("gamma", to: function.gamma)
            try group.write(function.supportVectors, to: "support_vectors", storage: .deflated())
            try group.write(function.coefficients, to: "coefficients", storage: .deflated())
            try group.write(function.intercepts, to: "intercepts")
        }
    }

    private static func write(_ function: LinearDecisionFunction<Float>, to group: HDF5Group) throws {
        try group.write(function.weights, to: "weights")
        try group.write(function.intercepts, to: "intercepts")
    }

    private static func readLinear(_ group: HDF5Group, _ shape: Shape) throws -> LinearDecisionFunction<Float> {
        LinearDecisionFunction(
            weights: Matrix(
                rows: shape.labels, columns: shape.features,
                values: try finite("weights", group, shape, [shape.labels, shape.features])),
            intercepts: try finite("intercepts", group, shape, [shape.labels]))
    }

    /// Reads a dataset and rejects NaN and infinity.
    static func finite<Scalar: HDF5Scalar & MatrixScalar>(
        _ name: String, _ group: HDF5Group, _ shape: Shape, _ expected: [Int]
    ) throws -> [Scalar] {
        let values: [Scalar] = try group.dataset(name).values(shape: expected)
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path)/\(name)", found: "\(values[place])",
                expected: "finite numbers")
        }
        return values
    }

    private static func write(constant: [Int], unconverged: [Int], to group: HDF5Group) throws {
        try group.write(constant, to: "constant")
        try group.write(unconverged, to: "unconverged")
    }

    private static func labels(_ name: String, _ group: HDF5Group, _ shape: Shape) throws -> [Int] {
        let labels: [Int] = try group.dataset(name).values()
        guard labels.allSatisfy({ $0 >= 0 && $0 < shape.labels }) else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path)/\(name)", found: "\(labels)",
                expected: "labels from 0 to \(shape.labels - 1)")
        }
        return labels
    }
}
