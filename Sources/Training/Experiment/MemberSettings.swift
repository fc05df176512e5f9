import Classifiers
import ConfigurationKeys

extension Settings {
    /// The classifier of a block `classifiers.<name>`, with what the block says.
    ///
    /// - Throws: `ConfigurationError` for a value of the wrong kind; ranges are the classifier's own to check.
    func member(_ name: String) throws -> Member.Parameters {
        let key = { (parameter: String) in "classifiers.\(name).\(parameter)" }
        func number(_ parameter: String) throws -> Double { try self.number(key(parameter), -.infinity ... .infinity) }
        func gamma() throws -> KernelWidth {
            text(key("gamma")) == "scale" ? .scale : .value(try number("gamma"))
        }
        switch name {
        case BinaryRelevance<Float>.name:
            return .binaryRelevance(
                BinaryRelevance<Float>.Parameters(
                    base: try choice(key("base"), BinaryRelevance<Float>.Base.self), c: try number("C"),
                    loss: try choice(key("loss"), MultiLabelSVM<Float>.Loss.self), gamma: try gamma(),
                    classWeight: try choice(key("class_weight"), ClassWeight.self),
                    tolerance: text(key("tolerance")) == "auto" ? nil : try number("tolerance")))
        case MLARAM<Float>.name:
            return .mlaram(
                MLARAM<Float>.Parameters(
                    vigilance: try number("vigilance"), threshold: try number("threshold"),
                    voters: try integer(key("voters"), 1 ... 1000),
                    clustering: text(key("clustering")) == "off" ? nil : try number("clustering")))
        case MLTSVM<Float>.name:
            return .mltsvm(
                MLTSVM<Float>.Parameters(
                    c: try number("C"), ridge: try number("lambda"), tolerance: try number("tolerance")))
        default:
            return .multiLabelSVM(
                MultiLabelSVM<Float>.Parameters(
                    c: try number("C"), kernel: try choice(key("kernel"), MultiLabelSVM<Float>.Kernel.self),
                    gamma: try gamma(), loss: try choice(key("loss"), MultiLabelSVM<Float>.Loss.self),
                    classWeight: try choice(key("class_weight"), ClassWeight.self),
                    tolerance: try number("tolerance"),
                    kernelMemory: try integer(key("kernel_memory"), 1 ... 1 << 24)))
        }
    }
}
