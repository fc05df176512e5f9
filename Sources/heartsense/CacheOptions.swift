import ArgumentParser
import ParameterTables

/// The feature cache of a command.
struct CacheOptions: ParsableArguments {
    @Option(help: "Folder of the feature cache, or off.")
    var cache = "runs/feature-cache"

    private static let form = ValueForm.either("off", .text)

    /// The folder; nil for no cache.
    var folder: String? {
        let text = Self.form.canonical(cache)
        return text == "off" ? nil : text
    }

    func validate() throws {
        guard Self.form.accepts(cache) else {
            throw ValidationError("--cache must be a folder or off, found \(cache).")
        }
    }
}
