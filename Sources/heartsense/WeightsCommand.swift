import ArgumentParser
import Files
import Foundation
import NeuralNetwork

struct WeightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Shows, verifies and downloads network weights.",
        subcommands: [WeightsShowCommand.self, WeightsVerifyCommand.self, WeightsFetchCommand.self])
}

struct WeightsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints layout, width, layers and digests of a Keras HDF5 file.",
        discussion: """
            Example:
              heartsense weights show weights/mobilenetv2-ecg.h5
            """)

    @Argument(help: "Keras HDF5 file with a MobileNetV2.", completion: .file(extensions: ["h5"]))
    var file: String

    @Flag(help: "Also list every layer with the shape of its kernel.")
    var layers = false

    func run() throws {
        print(try WeightsFile.read(file).description.text(withLayers: layers), terminator: "")
    }
}

struct WeightsVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks all shapes and values of a weights file, and compares its digest.",
        discussion: """
            Examples:
              heartsense weights verify FILE.h5
              heartsense weights verify FILE.h5 --sha256 3e195a28…
              heartsense weights verify FILE.h5 --as imagenet

            Exit status 0 if the network is valid and the file has the expected digest, if one is given.
            """)

    @Argument(help: "Keras HDF5 file with a MobileNetV2.", completion: .file(extensions: ["h5"]))
    var file: String

    @Option(help: "Expected SHA-256.")
    var sha256: String?

    @Option(name: .customLong("as"), help: "Name of the published weights to compare with.")
    var name: String?

    func run() throws {
        if let sha256 {
            guard let expected = Digest(hexadecimal: sha256.lowercased()) else {
                throw ValidationError("--sha256 must be 64 hexadecimal digits, found \(sha256).")
            }
            let found = try Digest(ofFile: file)
            guard found == expected else {
                throw WeightsError.digest(path: file, name: "--sha256", expected: "\(expected)", found: "\(found)")
            }
        }
        let verification = try WeightsFile.verify(file, against: try name.map { try KnownWeights.named($0) })
        print(verification.description.text(withLayers: false), terminator: "")
        switch verification.origin {
        case .published(let known): print("valid; identical to the published \(known.name) (\(known.license))")
        case .unknown: print("valid; not a known published file")
        }
    }
}

struct WeightsFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Downloads published weights and checks their SHA-256.",
        discussion: """
            Example:
              heartsense weights fetch imagenet --output weights/mobilenet_v2_imagenet.h5

            This is the only command that uses the network.
            Known names: \(KnownWeights.all.map { "\($0.name) (\($0.bytes) bytes, \($0.license))" }.joined(separator: ", ")).
            """)

    @Argument(help: "Name of the weights.")
    var name: String

    @Option(help: "File to write. Default: weights/mobilenet_v2_<name>.h5.", completion: .file(extensions: ["h5"]))
    var output: String?

    @Flag(help: "Print the address and the target file, and exit.")
    var dryRun = false

    func run() throws {
        let known = try KnownWeights.named(name)
        let path = output ?? "weights/mobilenet_v2_\(known.name).h5"
        if dryRun {
            print("\(known.url)\n\(known.bytes) bytes, sha256 \(known.sha256), \(known.license)")
            print("would be written to \(path)")
            return
        }
        try AtomicFile.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        FileHandle.standardError.write(Data("Downloading \(known.url)\n".utf8))
        let isNew = try WeightsDownload.fetch(known, to: path)
        print("\(path): \(isNew ? "downloaded" : "already up to date"), sha256 \(known.sha256)")
    }
}

extension WeightsFile.Description {
    /// Returns the description as lines for the terminal.
    fileprivate func text(withLayers: Bool) -> String {
        var lines = [
            "layout        \(layout)",
            "network in    \(group)",
            "alpha         \(alpha.map { "\($0)" } ?? "not a Keras value (read from the channels)")",
            "input         \(inputChannels) \(inputChannels == 1 ? "channel" : "channels")",
            "layers        \(layers.count) convolutions",
            "parameters    \(parameterCount)",
            "features      \(featureCount)",
            "network       sha256 \(digest)",
            "file          sha256 \(fileDigest)",
        ]
        if !ignoredLayers.isEmpty { lines.append("ignored       \(ignoredLayers.joined(separator: ", "))") }
        if withLayers {
            lines += layers.map { "  \($0.name)  \($0.shape.map(String.init).joined(separator: " × "))" }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
