import Classifiers
import HDF5
import LinearAlgebra

/// How a fitted classifier lies in its group of a model file.
enum StoredMember {
    /// What every classifier of the model must fit.
    struct Shape {
        let file: String
        /// d
        let features: Int
        /// L
        let labels: Int
    }

    static func write(_ member: Member, to group: HDF5Group) throws {
        switch member {
        case .binaryRelevance(let model):
            try write(model.machine, to: group)
            try write(constant: model.constantLabels, unconverged: model.unconvergedLabels, to: group)
        case .mlaram(let model):
            try group.attributes.set("scaling", to: model.scaling.rawValue)
            try group.attributes.set("threshold", to: model.threshold)
            try group.write(model.range.minimum, to: "minimum")
            try group.write(model.range.maximum, to: "maximum")
            try group.write(model.lower, to: "lower", storage: .deflated())
            try group.write(model.upper, to: "upper", storage: .deflated())
            try group.write(
                model.labels.values, shape: [model.labels.rows, model.labels.columns], to: "labels",
                storage: .deflated())
            try group.write(model.rowCounts, to: "row_counts")
        case .multiLabelSVM(let model):
            switch model.machine {
            case .linear(let machine):
                try group.attributes.set("kernel", to: MultiLabelSVM<Float>.Kernel.linear.rawValue)
                try write(machine, to: group)
            case .radial(let machine):
                try group.attributes.set("kernel", to: MultiLabelSVM<Float>.Kernel.radial.rawValue)
                try group.attributes.set("gamma", to: machine.gamma)
                try group.write(machine.supportVectors, to: "support_vectors", storage: .deflated())
                try group.write(machine.coefficients, to: "coefficients", storage: .deflated())
                try group.write(machine.intercepts, to: "intercepts")
            }
            try write(constant: model.constantLabels, unconverged: model.unconvergedLabels, to: group)
        }
    }

    static func read(_ name: String, from group: HDF5Group, shape: Shape) throws -> Member {
        switch name {
        case BinaryRelevance<Float>.name:
            return .binaryRelevance(
                BinaryRelevance(
                    machine: try readMachine(group, shape), constantLabels: try labels("constant", group, shape),
                    unconvergedLabels: try labels("unconverged", group, shape)))
        case MLARAM<Float>.name:
            return .mlaram(try readMLARAM(group, shape))
        case MultiLabelSVM<Float>.name:
            return .multiLabelSVM(
                MultiLabelSVM(
                    machine: try readSVM(group, shape), constantLabels: try labels("constant", group, shape),
                    unconvergedLabels: try labels("unconverged", group, shape)))
        default: throw ModelFileError.unknownMember(file: shape.file, name: name)
        }
    }

    private static func readMLARAM(_ group: HDF5Group, _ shape: Shape) throws -> MLARAM<Float> {
        let lower: Matrix<Float> = try group.dataset("lower").matrix(columns: shape.features)
        let scalingName = try group.attributes.string("scaling")
        guard let scaling = FeatureScaling(rawValue: scalingName) else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path) scaling", found: scalingName, expected: "per-feature")
        }
        let labels: [UInt8] = try group.dataset("labels").values(shape: [lower.rows, shape.labels])
        guard lower.rows > 0, labels.allSatisfy({ $0 <= 1 }) else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path)/labels", found: "no prototypes, or labels that are not 0 or 1",
                expected: "prototypes with labels of 0 and 1")
        }
        let upper: [Float] = try group.dataset("upper").values(shape: [lower.rows, shape.features])
        guard zip(lower.values, upper).allSatisfy({ 0 <= $0 && $0 <= $1 && $1 <= 1 }) else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path)/upper", found: "a box that is not within 0…1",
                expected: "0 ≤ lower ≤ upper ≤ 1")
        }
        let threshold: Double = try group.attributes.value("threshold")
        guard threshold >= 0, threshold.isFinite else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path) threshold", found: "\(threshold)", expected: "0 or more")
        }
        let rowCounts: [Int] = try group.dataset("row_counts").values(shape: [lower.rows])
        guard rowCounts.allSatisfy({ $0 > 0 }) else {
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path)/row_counts", found: "a prototype of no row",
                expected: "counts above 0")
        }
        return MLARAM(
            range: FeatureRange(
                minimum: try finite("minimum", group, shape, [shape.features]),
                maximum: try finite("maximum", group, shape, [shape.features])),
            scaling: scaling, threshold: threshold, lower: lower,
            upper: Matrix(rows: lower.rows, columns: shape.features, values: upper),
            labels: LabelMatrix(rows: lower.rows, columns: shape.labels, values: labels), rowCounts: rowCounts)
    }

    private static func readSVM(_ group: HDF5Group, _ shape: Shape) throws -> MultiLabelSVM<Float>.Machine {
        let kernel = try group.attributes.string("kernel")
        switch MultiLabelSVM<Float>.Kernel(rawValue: kernel) {
        case .linear: return .linear(try readMachine(group, shape))
        case .radial:
            // A label that was constant in training needs none; with only such labels there is none at all.
            let rows = try group.dataset("support_vectors").shape.first ?? 0
            let vectors: [Float] = try finite("support_vectors", group, shape, [rows, shape.features])
            let coefficients: [Double] = try finite("coefficients", group, shape, [rows, shape.labels])
            let gamma: Double = try group.attributes.value("gamma")
            guard gamma > 0, gamma.isFinite else {
                throw ModelFileError.badValue(
                    file: shape.file, object: "\(group.path) gamma", found: "\(gamma)", expected: "a positive number")
            }
            return .radial(
                RadialMachine(
                    supportVectors: Matrix(rows: rows, columns: shape.features, values: vectors),
                    coefficients: Matrix(rows: rows, columns: shape.labels, values: coefficients),
                    intercepts: try finite("intercepts", group, shape, [shape.labels]), gamma: gamma))
        case nil:
            throw ModelFileError.badValue(
                file: shape.file, object: "\(group.path) kernel", found: kernel, expected: "linear or rbf")
        }
    }

    private static func write(_ machine: LinearMachine<Float>, to group: HDF5Group) throws {
        try group.write(machine.weights, to: "weights")
        try group.write(machine.intercepts, to: "intercepts")
    }

    private static func readMachine(_ group: HDF5Group, _ shape: Shape) throws -> LinearMachine<Float> {
        LinearMachine(
            weights: Matrix(
                rows: shape.labels, columns: shape.features,
                values: try finite("weights", group, shape, [shape.labels, shape.features])),
            intercepts: try finite("intercepts", group, shape, [shape.labels]))
    }

    /// Numbers of which each is one.
    private static func finite<Scalar: HDF5Scalar & MatrixScalar>(
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
