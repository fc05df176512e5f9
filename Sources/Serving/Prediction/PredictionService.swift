import Experiments
import Foundation
import Imaging
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

    /// Starts the threads.
    init(predictor: Predictor, configuration: ServerConfiguration, telemetry: Telemetry) {
        self.predictor = predictor
        self.telemetry = telemetry
        limits = configuration.limits.page
        batch = configuration.queue.batch
        queue = PictureQueue(
            capacity: configuration.queue.pictures, gatherSeconds: configuration.queue.gatherSeconds)
        for number in 0 ..< configuration.threads {
            let thread = Thread { [self] in work() }
            thread.name = "predict-\(number)"
            // Decoders of hostile files get as much room as on the main thread.
            thread.stackSize = 8 << 20
            thread.start()
        }
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
            telemetry.batchSizes.observe(Double(items.count))
            let answers = answerBatch(items.map(\.picture))
            for (item, answer) in zip(items, answers) { item.completion(answer) }
        }
    }

    private func answerBatch(_ pictures: [UploadedPicture]) -> [Result<Prediction, Refusal>] {
        do {
            let named = pictures.map { (name: $0.name, bytes: Result<Data, any Error>.success($0.bytes)) }
            return try predictor.predictions(of: named, workers: Workers(count: 1), limits: limits).map { result in
                switch result {
                case .success(let prediction) where prediction.reasons.contains(.notAnECG):
                    .failure(Refusal(.notAnECG, "\(prediction.file): \(ErrorCode.notAnECG.meaning)"))
                case .success(let prediction): .success(prediction)
                case .failure(let error): .failure(Refusal(ofPicture: error))
                }
            }
        } catch {
            return pictures.map { _ in .failure(Refusal(ofPicture: error)) }
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
