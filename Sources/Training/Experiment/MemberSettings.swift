import Classifiers
import ConfigurationKeys

extension Settings {
    /// Reads the parameters of a classifier from the block `classifiers.<name>`.
    ///
    /// - Throws: `ConfigurationError.badValue` with the path of the key.
    func member(_ name: String) throws -> Member.Parameters {
        guard let kind = Member.Parameters.kinds.first(where: { $0.name == name }) else {
            preconditionFailure("\(name) is not a classifier")
        }
        let block = "classifiers.\(name)"
        do {
            return try kind.parameters(texts(under: block))
        } catch FitError.parameter(let parameter, let expected, _) {
            throw badValue("\(block).\(parameter)", expected: expected)
        }
    }
}
