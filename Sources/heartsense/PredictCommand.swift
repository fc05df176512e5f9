import ArgumentParser
import Files
import Foundation
import Imaging
import Inference

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Says what a trained model sees in pictures.",
        discussion: """
            Prints one answer per file, in order. A file that cannot be read is named on stderr, the others are
            answered, and the exit status is 1.

            Examples:
              heartsense predict model.h5 picture.png
              heartsense predict model.h5 *.png --json
              heartsense predict model.h5 picture.png --saliency why
            """)

    @Argument(help: "The model file that `heartsense train` wrote.", completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(help: "PNG or JPEG pictures.", completion: .file())
    var files: [String]

    @Flag(help: "One line of JSON per picture.")
    var json = false

    @Flag(help: "A CSV table: file, decision, uncertain, and a score per label.")
    var csv = false

    @Option(
        help: "Writes pictures of the places that each decided label depends on into this folder.",
        completion: .directory)
    var saliency: String?

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if json && csv { throw ValidationError("--json and --csv cannot both be asked for.") }
    }

    func run() throws {
        let trained = try ModelFile.read(model)
        let predictor = try Predictor(model: trained, path: model)
        let codes = trained.labelSpace.codes
        if csv { print(CSVTable.line(of: ["file", "decision", "uncertain"] + codes)) }
        var failed = false
        var pictures = saliency.map { SaliencyPictures(folder: $0) }
        // Enough pictures at a time to keep every core busy, few enough to print as it goes.
        for start in stride(from: 0, to: files.count, by: 256) {
            let chunk = Array(files[start ..< min(start + 256, files.count)])
            for answer in try predictor.predictions(of: chunk, workers: threads.workers) {
                switch answer {
                case .success(var prediction):
                    if saliency != nil {
                        let bytes = try FileContent.bytes(of: prediction.file, limit: Page.Limits().bytes)
                        prediction = try predictor.explain(prediction, picture: bytes, workers: threads.workers)
                        try pictures?.write(&prediction)
                    }
                    print(try text(of: prediction))
                case .failure(let error):
                    failed = true
                    FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
                }
            }
        }
        if failed { throw ExitCode(1) }
    }

    private func text(of prediction: Prediction) throws -> String {
        if json { return try prediction.jsonLine() }
        if csv {
            return CSVTable.line(
                of: [
                    prediction.file, prediction.decision.joined(separator: "|"), prediction.uncertain ? "1" : "0",
                ] + prediction.labels.map { "\($0.score)" })
        }
        return prediction.terminalText
    }
}
