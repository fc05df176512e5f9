import ArgumentParser
import Files
import Foundation
import Imaging
import Inference

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Classifies images with a trained model.",
        discussion: """
            Examples:
              heartsense predict model.h5 picture.png
              heartsense predict model.h5 *.png --json
              heartsense predict model.h5 picture.png --saliency maps

            Prints one result per file, in order. If a file cannot be read, the error goes to stderr, the other files \
            are classified, and the exit status is 1.
            """)

    @Argument(help: "Model file (model.h5 of a run).", completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(help: "PNG or JPEG files.", completion: .file())
    var files: [String]

    @Flag(help: "Print one line of JSON per picture.")
    var json = false

    @Flag(help: "Print CSV: file, decision, uncertain, and a score per label.")
    var csv = false

    @Option(
        help: "Also write a saliency map of each decided label to this folder.",
        completion: .directory)
    var saliency: String?

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if json && csv { throw ValidationError("--json and --csv cannot be combined.") }
    }

    func run() throws {
        let trained = try ModelFile.read(model)
        let predictor = try Predictor(model: trained, path: model)
        let codes = trained.labelSpace.codes
        if csv { print(CSVTable.line(of: ["file", "decision", "uncertain"] + codes)) }
        var failed = false
        var pictures = saliency.map { SaliencyPictures(folder: $0) }
        // Large enough to use all cores, small enough to print early.
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
