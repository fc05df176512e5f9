import APIErrors
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Synchronization

/// Answers for pictures on threads of its own, so that nothing that serves connections ever waits for a network.
///
/// Pictures of concurrent requests share batches: the network is faster for several at a time, and no answer depends
/// on what else is in its batch. The queue is bounded; who comes when it is full is told at once.
public final class PredictionService: Sendable {
    public let predictor: Predictor
    private let limits: Page.Limits
    private let batch: Int
    private let queue: PictureQueue
    private let telemetry: Telemetry
    /// Whether answers come with saliency.
    private let explains: Bool
    /// What each thread may use.
    private let workers: Workers

    /// Starts the threads.
    ///
    /// - Parameter explains: answers with saliency. That takes hundreds of times longer, so one picture is explained
    ///   at a time, on as many cores as there are threads otherwise; plain answers, which have threads of their own,
    ///   do not wait for it.
    init(predictor: Predictor, configuration: ServerConfiguration, telemetry: Telemetry, explains: Bool = false) {
        self.explains = explains
        workers = Workers(count: explains ? configuration.threads : 1)
        self.predictor = predictor
        self.telemetry = telemetry
        limits = configuration.limits.page
        batch = explains ? 1 : configuration.queue.batch
        queue = PictureQueue(
            capacity: explains ? Self.explained(configuration) : configuration.queue.pictures,
            gatherSeconds: explains ? 0 : configuration.queue.gatherSeconds)
        for number in 0 ..< (explains ? 1 : configuration.threads) {
            let thread = Thread { [self] in work() }
            thread.name = (explains ? "explain-" : "predict-") + "\(number)"
            // Decoders of hostile files get as much room as on the main thread.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// How many pictures may wait to be explained: the last of many would wait for minutes.
    private static func explained(_ configuration: ServerConfiguration) -> Int {
        max(configuration.limits.files, configuration.queue.pictures / 8)
    }

    /// How many pictures wait.
    var queueDepth: Int { queue.depth }

    /// Whether `stop()` was called.
    var isStopping: Bool { queue.isStopping }

    /// Tells that pictures are on their way: a thread that takes a batch may wait a moment for them.
    func announce() { queue.announce() }

    /// What was announced has been asked for, or will not come.
    func withdraw() { queue.withdraw() }

    /// The answer for each picture, in order; a picture that cannot be answered has its refusal in its place.
    ///
    /// - Throws: `Refusal` with `busy` if the queue is full, with `shuttingDown` once `stop()` was called.
    func answers(for pictures: [UploadedPicture]) async throws -> [Result<Prediction, Refusal>] {
        guard !pictures.isEmpty else { return [] }
        return try await withCheckedThrowingContinuation { continuation in
            let gathering = AnswerGathering(count: pictures.count) { continuation.resume(returning: $0) }
            let items = pictures.enumerated().map { index, picture in
                PictureQueue.Item(picture: picture) { gathering.put($0, at: index) }
            }
            do { try queue.put(items) } catch { continuation.resume(throwing: error) }
        }
    }

    /// Lets the threads end when the queue is empty.
    func stop() { queue.close() }

    private func work() {
        while let items = queue.take(upTo: batch) {
            if items.isEmpty { continue }
            if !explains { telemetry.batchSizes.observe(Double(items.count)) }
            let answers = answerBatch(items.map(\.picture))
            for (item, answer) in zip(items, answers) { item.completion(answer) }
        }
    }

    private func answerBatch(_ pictures: [UploadedPicture]) -> [Result<Prediction, Refusal>] {
        do {
            let named = pictures.map { (name: $0.name, bytes: Result<Data, any Error>.success($0.bytes)) }
            let results = try predictor.predictions(of: named, workers: workers, limits: limits)
            return zip(pictures, results).map { answer(for: $0, $1) }
        } catch {
            return pictures.map { _ in .failure(Refusal(ofPicture: error)) }
        }
    }

    private func answer(
        for picture: UploadedPicture, _ result: Result<Prediction, any Error>
    ) -> Result<Prediction, Refusal> {
        do {
            let prediction = try result.get()
            guard !prediction.reasons.contains(.notAnECG) else {
                return .failure(Refusal(.notAnECG, "\(prediction.file): \(ErrorCode.notAnECG.meaning)"))
            }
            guard explains else { return .success(prediction) }
            return .success(
                try predictor.explain(prediction, picture: picture.bytes, workers: workers, limits: limits))
        } catch {
            return .failure(Refusal(ofPicture: error))
        }
    }
}

/// Puts the answers of one request in their places and says when all are there.
private final class AnswerGathering: Sendable {
    private let answers: Mutex<(answers: [Result<Prediction, Refusal>?], missing: Int)>
    private let done: @Sendable ([Result<Prediction, Refusal>]) -> Void

    init(count: Int, _ done: @escaping @Sendable ([Result<Prediction, Refusal>]) -> Void) {
        answers = Mutex((Array(repeating: nil, count: count), count))
        self.done = done
    }

    func put(_ answer: Result<Prediction, Refusal>, at index: Int) {
        let all = answers.withLock { state -> [Result<Prediction, Refusal>]? in
            state.answers[index] = answer
            state.missing -= 1
            return state.missing == 0 ? state.answers.compactMap { $0 } : nil
        }
        if let all { done(all) }
    }
}

extension Refusal {
    /// Of a picture that cannot be read.
    init(ofPicture error: any Error) {
        let code: ErrorCode
        switch error as? ImageError {
        case .empty: code = .emptyFile
        case .wrongKind: code = .notAPicture
        case .damaged: code = .damagedPicture
        case .unsupported: code = .unsupportedPicture
        case .tooLarge: code = .tooManyPixels
        case .tooManyBytes: code = .fileTooLarge
        case .noInk: code = .blankPicture
        case .cannotEncode, .preprocessing, nil: code = .internalError
        }
        // What is no fault of the picture may tell of the server's insides.
        self.init(code, code == .internalError ? code.meaning : "\(error)")
    }
}
