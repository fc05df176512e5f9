import ArgumentParser
import Distribution
import Imaging
import Inference
import NeuralNetwork

struct FeaturesCommand: DistributedCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Writes the network features of a data set to an HDF5 file, which can be used as a data set.",
        discussion: """
            Examples:
              heartsense features DIR/train --weights weights/mobilenetv2-ecg.h5 --output train-features.h5
              heartsense train experiments/demo.yaml dataset.path=train-features.h5
              mpirun -n 4 heartsense features DIR/train --weights FILE.h5 --output train-features.h5
            """)

    @Argument(help: "A folder with manifest.csv or with one subfolder per class.")
    var dataset: String

    @Option(help: "Keras HDF5 file with MobileNetV2 weights, or random.")
    var weights: String

    @Option(help: "File to write.", completion: .file(extensions: ["h5"]))
    var output: String

    @Option(help: "neutral: only ink and paper, without color and gray; as-drawn: grayscale.")
    var ink = "neutral"

    @Option(help: "Side of the network input in pixels, a multiple of 32.")
    var size = 224

    @Option(help: "float32, or split: faster on Intel AMX, error 5e-4 instead of 2e-5.")
    var precision = "float32"

    @Option(help: "Seed of random weights.")
    var seed: UInt64 = 1

    @Flag(help: "Skip unreadable files and list them.")
    var skipUnreadable = false

    @OptionGroup var cache: CacheOptions

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard Preprocessing.Ink(rawValue: ink) != nil else {
            throw ValidationError("--ink must be neutral or as-drawn, found \(ink).")
        }
        guard Precision(rawValue: precision) != nil else {
            throw ValidationError("--precision must be float32 or split, found \(precision).")
        }
        guard size >= 32, size <= 1024, size % 32 == 0 else {
            throw ValidationError("--size must be a multiple of 32 from 32 to 1024, found \(size).")
        }
    }

    func run() throws {
        let precision = Precision(rawValue: precision) ?? .float32
        try precision.check()
        let preprocessing = Preprocessing(ink: Preprocessing.Ink(rawValue: ink) ?? .neutral, size: size)
        let network = try NetworkWeights.load(weights == "random" ? nil : weights, alpha: 1, seed: seed)
        let summary = try FeatureFile.make(
            dataset: dataset, weights: network, preprocessing: preprocessing, precision: precision, output: output,
            skipUnreadable: skipUnreadable, cacheFolder: cache.folder, workers: threads.workers, ranks: Job.ranks())
        if let summary { print(summary, terminator: "") }
    }
}
