import ArgumentParser
import Files
import Foundation
import Imaging
import Inference

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Classifies pictures, recordings and pages with a trained model.",
        discussion: """
            Examples:
              heartsense predict model.h5 picture.png
              heartsense predict model.h5 *.png --json
              heartsense predict model.h5 picture.png --saliency maps
              heartsense predict twelve-lead.h5 data/00017 page.pdf
              heartsense predict beats.h5 data/100 --csv

            A model reads pictures of beats, recordings of twelve leads and pages that show them, or the beats of \
            recordings; it says so when it is given another kind. Prints one result per file, in order. If a file cannot \
            be read, the error goes to stderr, the other files are classified, and the exit status is 1.
            """)

    @Argument(
        help: "Model file (model.h5 of a run), or the name of a model in weights/.",
        completion: .file(extensions: ["h5"]))
    var model: String

    @Argument(
        help: "Pictures of beats (PNG, JPEG), or recordings and pages, as the model reads them.", completion: .file())
    var files: [String]

    @Flag(help: "Print one line of JSON per file.")
    var json = false

    @Flag(help: "Print CSV: file, decision, uncertain, and a score per label; of beats a line for each.")
    var csv = false

    @Option(
        help: "Also write a saliency map of each predicted label to this folder.",
        completion: .directory)
    var saliency: String?

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        if json && csv { throw ValidationError("--json and --csv cannot be combined.") }
    }

    func run() throws {
        let model = try ShippedModels().path(of: model)
        let trained = try ModelFile.read(model)
        switch trained.input {
        case .picture:
            let predictor = try Predictor(model: trained, path: model)
            var pictures = saliency.map { SaliencyPictures(folder: $0) }
            func explain(_ prediction: Prediction) throws -> Prediction {
                guard pictures != nil else { return prediction }
                let bytes = try FileContent.bytes(of: prediction.file, limit: Page.Limits().bytes)
                var explained = try predictor.explain(prediction, picture: bytes, workers: threads.workers)
                try pictures?.write(&explained)
                return explained
            }
            try printAnswers(of: trained, explain: explain) {
                try predictor.predictions(of: $0, workers: threads.workers)
            }
        case .recording:
            try refuseSaliency(of: trained)
            let predictor = try RecordingPredictor(model: trained, path: model)
            try printAnswers(of: trained) { try predictor.predictions(of: $0, workers: threads.workers) }
        case .beats:
            try refuseSaliency(of: trained)
            try printBeats(by: BeatClassifier(model: trained, path: model))
        }
    }

    private func refuseSaliency(of trained: TrainedModel) throws {
        guard saliency == nil else {
            throw ModelFileError.otherInput(model: model, input: trained.input, expected: .picture)
        }
    }

    /// Prints the classes of the beats of each recording.
    private func printBeats(by classifier: BeatClassifier) throws {
        let codes = classifier.model.labelSpace.codes
        if csv { print(BeatPrediction.csvHeader(codes)) }
        var failed = false
        for file in files {
            do {
                let found = try BeatPrediction(of: file, by: classifier, workers: threads.workers)
                if csv {
                    for line in found.csvLines(codes) { print(line) }
                } else {
                    print(json ? try found.jsonLine() : found.terminalText)
                }
            } catch {
                failed = true
                FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
            }
        }
        if failed { throw ExitCode(1) }
    }

    /// Prints the answers for all files.
    private func printAnswers(
        of trained: TrainedModel, explain: (Prediction) throws -> Prediction = { $0 },
        answers: ([String]) throws -> [Result<Prediction, any Error>]
    ) throws {
        let codes = trained.labelSpace.codes
        if csv { print(CSVTable.line(of: ["file", "decision", "uncertain"] + codes)) }
        var failed = false
        // Large enough to use all cores, small enough to print early.
        for start in stride(from: 0, to: files.count, by: 256) {
            let chunk = Array(files[start ..< min(start + 256, files.count)])
            for answer in try answers(chunk) {
                switch answer {
                case .success(let prediction): print(try text(of: explain(prediction)))
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
