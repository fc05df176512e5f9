import ArgumentParser
import Inference

/// The options for the models and settings of a server.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp(
            "Model file (model.h5 of a run), the name of a model in weights/, or a folder with versions of a model; can be repeated.",
            valueName: "model"),
        completion: .file(extensions: ["h5"]))
    var models: [String] = []

    @Option(help: "Settings (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    /// The model files: those of the options or, without options, the shipped ones.
    var paths: [String] {
        get throws {
            let shipped = ShippedModels()
            guard models.isEmpty else { return try models.map(shipped.path) }
            return [try shipped.path(of: "twelve-lead.h5")]
                + ["beat-picture.h5"].compactMap { try? shipped.path(of: $0) }
        }
    }
}
