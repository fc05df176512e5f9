import ConfigurationKeys
import Imaging

extension Preprocessing {
    /// Reads the block `preprocessing`, which `train` and `pretrain` share.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    package init(_ settings: Settings) throws {
        self.init(
            ink: try settings.choice("preprocessing.ink", Preprocessing.Ink.self),
            crop: try settings.optionalNumber("preprocessing.crop", 0 ... 1),
            contrast: try settings.optionalNumber("preprocessing.contrast", 0 ... 49),
            size: try settings.integer("preprocessing.size", Self.sizes))
        guard size % 32 == 0 else {
            throw ConfigurationError.badValue(
                key: "preprocessing.size", found: "\(size)", expected: "a multiple of 32")
        }
    }
}

extension RunFolder {
    /// Reads the key `name`, which names the folder of the runs.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    package static func name(_ settings: Settings) throws -> String {
        let name = settings.text("name")
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard !name.isEmpty, isPlain, !name.hasPrefix(".") else {
            throw ConfigurationError.badValue(
                key: "name", found: name, expected: "letters, digits, -, _ and . (it names a folder)")
        }
        return name
    }
}
