import Files
import HDF5

extension WeightsFile {
    /// The precision of kernels in a file. Normalizations, 3 % of the values, are always float32.
    public enum Precision: String, Sendable, Codable, CaseIterable {
        case float32
        /// Half the size with 11 significant bits. Keras converts on loading to the type of the model.
        case float16
    }

    /// Writes a network for `keras.applications.MobileNetV2(include_top=False, …).load_weights(path)`.
    ///
    /// The layout depends on the file name, as in Keras. A name that ends in `.weights.h5` gets the layout of Keras 3,
    /// which numbers layers by class. Other names get the layout with `layer_names` and `weight_names`, which Keras 2
    /// and 3 read in model order and by name. Equal networks give equal bytes.
    ///
    /// - Throws: before writing, `WeightsError.value` for invalid values and `.halfPrecision` for a kernel that does
    ///   not fit `precision`. `FileError.cannotWrite`, `HDF5Error.cannotWrite`.
    public static func write(
        _ weights: MobileNetV2Weights, to path: String, precision: Precision = .float32
    ) throws {
        _ = try MobileNetV2Weights(checking: weights.layers, path: path) { "\($0)/\($1)" }
        if precision == .float16 { try checkHalfPrecision(of: weights, path: path) }
        try HDF5File.create(path) { root in
            if path.hasSuffix(".weights.h5") {
                try writeNumbered(weights, in: root, precision: precision)
            } else {
                try writeNamed(weights, in: root, precision: precision)
            }
        }
    }

    private static func checkHalfPrecision(of weights: MobileNetV2Weights, path: String) throws {
        for layer in weights.layers {
            guard let value = layer.kernel.first(where: { !Float16($0).isFinite }) else { continue }
            throw WeightsError.halfPrecision(path: path, layer: layer.name, value: value)
        }
    }
}

extension WeightsFile {
    /// Writes one group per layer with weights, in the order of `keras.Model.layers`.
    private static func writeNamed(
        _ weights: MobileNetV2Weights, in root: HDF5Group, precision: Precision
    ) throws {
        // Without a version, Keras assumes a file of Keras 1 and rearranges the kernels. With another backend it flips
        // them.
        try root.attributes.set("keras_version", to: "2.15.0")
        try root.attributes.set("backend", to: "tensorflow")
        try root.attributes.set(
            "layer_names", to: weights.layers.flatMap { [$0.name, KerasModel.normalization(of: $0.name)] })
        for layer in weights.layers {
            try writeNamed([kernel(of: layer)], of: layer.name, in: root, precision: precision)
            try writeNamed(
                normalization(of: layer), of: KerasModel.normalization(of: layer.name), in: root, precision: precision)
        }
    }

    private static func writeNamed(
        _ variables: [Variable], of layer: String, in root: HDF5Group, precision: Precision
    ) throws {
        let group = try root.makeGroup(layer)
        try group.attributes.set("weight_names", to: variables.map { "\(layer)/\($0.name):0" })
        let inner = try group.makeGroup(layer)
        for variable in variables { try variable.write(to: "\(variable.name):0", in: inner, precision: precision) }
    }

    /// Writes `layers/conv2d_3/vars/0` etc., numbered within each class in the order of execution.
    private static func writeNumbered(
        _ weights: MobileNetV2Weights, in root: HDF5Group, precision: Precision
    ) throws {
        let layers = try root.makeGroup("layers")
        var counts: [String: Int] = [:]
        func write(_ variables: [Variable], of name: String, class: String) throws {
            let count = counts[`class`, default: 0]
            counts[`class`] = count + 1
            let vars = try layers.makeGroup("\(`class`)\(count == 0 ? "" : "_\(count)")/vars")
            try vars.attributes.set("name", to: name)
            for (index, variable) in variables.enumerated() {
                try variable.write(to: "\(index)", in: vars, precision: precision)
            }
        }
        for layer in weights.layers {
            let isDepthwise = layer.name.hasSuffix("depthwise")
            try write([kernel(of: layer)], of: layer.name, class: isDepthwise ? "depthwise_conv2d" : "conv2d")
            try write(
                normalization(of: layer), of: KerasModel.normalization(of: layer.name), class: "batch_normalization")
        }
    }

    private struct Variable {
        let name: String
        let shape: [Int]
        let values: [Float]
        let isKernel: Bool

        func write(to dataset: String, in group: HDF5Group, precision: Precision) throws {
            if isKernel, precision == .float16 {
                try group.write(values.map { Float16($0) }, shape: shape, to: dataset)
            } else {
                try group.write(values, shape: shape, to: dataset)
            }
        }
    }

    private static func kernel(of layer: MobileNetV2Weights.Layer) -> Variable {
        Variable(
            name: layer.name.hasSuffix("depthwise") ? "depthwise_kernel" : "kernel", shape: layer.shape,
            values: layer.kernel, isKernel: true)
    }

    /// Returns the variables in the order of Keras.
    private static func normalization(of layer: MobileNetV2Weights.Layer) -> [Variable] {
        [
            ("gamma", layer.gamma), ("beta", layer.beta), ("moving_mean", layer.mean),
            ("moving_variance", layer.variance),
        ].map { Variable(name: $0, shape: [layer.channels], values: $1, isKernel: false) }
    }
}
