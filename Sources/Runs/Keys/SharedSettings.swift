import ConfigurationKeys
import Imaging

extension Preprocessing {
    /// Reads the block `preprocessing`, which `train` and `pretrain` share.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    package init(_ settings: Settings) throws {
        self.init(
            ink: try settings.choice("preprocessing.ink", Preprocessing.Ink.self),
            crop: try settings.number("preprocessing.crop", or: "off"),
            contrast: try settings.number("preprocessing.contrast", or: "off"),
            size: try settings.integer("preprocessing.size"))
        guard size % 32 == 0 else { throw settings.badValue("preprocessing.size", expected: "a multiple of 32") }
    }
}

extension RunFolder {
    /// Reads the key `name`, the name of the folder of the runs.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    package static func name(_ settings: Settings) throws -> String {
        let name = settings.text("name")
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard !name.isEmpty, isPlain, !name.hasPrefix(".") else {
            throw settings.badValue("name", expected: "letters, digits, -, _ and . (it names a folder)")
        }
        return name
    }
}
