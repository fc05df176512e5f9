import APIErrors
import Accounts
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Synchronization

/// Classifies pictures on its own threads, so that threads that serve connections never wait for the network.
///
/// Pictures of concurrent requests share batches, because the network is faster for several pictures at a time. No
/// prediction depends on the rest of its batch. The queue is bounded; pictures that do not fit are rejected at once.
/// Large pictures have threads of their own with low priority.
public final class PredictionService: Sendable {
    public let predictor: Predictor
    private let limits: Page.Limits
    private let batch: Int
    private let queue: JobQueue<Picture>
    /// Limits the large jobs in work, over all services, because each needs much memory.
    private let largeWork: DispatchSemaphore
    let telemetry: Telemetry
    /// Whether predictions have saliency maps.
    private let explains: Bool
    /// The workers of each thread.
    private let workers: Workers
    private let watch: WorkerWatch

    private struct Picture: Sendable {
        let upload: UploadedPicture
        /// Called once, on the thread that has classified the picture.
        let completion: @Sendable (Result<Prediction, APIError>) -> Void
    }

    /// Starts the threads.
    ///
    /// - Parameter explains: Whether predictions have saliency maps. These take hundreds of times longer. One picture is
    ///   explained at a time with all workers, and other predictions have their own threads, so that they do not wait.
    init(
        predictor: Predictor, configuration: ServerConfiguration, telemetry: Telemetry, largeWork: DispatchSemaphore,
        explains: Bool = false
    ) {
        self.explains = explains
        self.largeWork = largeWork
        workers = Workers(count: explains ? configuration.threads : 1)
        self.predictor = predictor
        self.telemetry = telemetry
        limits = configuration.limits.page
        watch = WorkerWatch(workers: explains ? 1 : configuration.threads)
        batch = explains ? 1 : configuration.queue.batch
        var limits = configuration.queue
        if explains { (limits.pictures, limits.gatherSeconds) = (Self.explained(configuration), 0) }
        queue = JobQueue(limits: limits)
        start(.ordinary, explains ? 1 : configuration.threads)
        start(.large, explains ? 1 : configuration.largeThreads)
    }

    private func start(_ lane: JobQueue<Picture>.Lane, _ count: Int) {
        for number in 0 ..< count {
            let thread = Thread { [self] in
                if lane == .large { ThreadPriority.low.takeForThisThread() }
                work(lane)
            }
            thread.name = (explains ? "explain-" : "predict-") + (lane == .large ? "large-" : "") + "\(number)"
            // Decoders of hostile files get a stack as large as that of the main thread.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// The capacity of the queue for explanations, because the last of many would wait for minutes.
    private static func explained(_ configuration: ServerConfiguration) -> Int {
        max(configuration.limits.files, configuration.queue.pictures / 8)
    }

    /// The number of waiting pictures.
    var queueDepth: Int { queue.depth }

    /// Whether all threads make no progress.
    func isStalled(now: ContinuousClock.Instant = .now) -> Bool { watch.isStalled(now: now) }

    /// Whether `stop()` was called.
    var isStopping: Bool { queue.isStopping }

    /// Announces pictures that are being received. A thread may wait briefly for them to fill its batch.
    func announce() { queue.announce() }

    /// Withdraws an announcement.
    func withdraw() { queue.withdraw() }

    /// Returns a prediction or an error for each picture, in order.
    ///
    /// - Throws: `APIError` with `busy` if the queue is full, with `shuttingDown` after `stop()` or when the client has
    ///   hung up.
    func answers(
        for pictures: [UploadedPicture], ticket: JobTicket = JobTicket()
    ) async throws -> [Result<Prediction, APIError>] {
        guard !pictures.isEmpty else { return [] }
        let answers = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let gathering = AnswerGathering(count: pictures.count) { continuation.resume(returning: $0) }
                let jobs = pictures.enumerated().map { index, picture in
                    JobQueue<Picture>.Job(
                        work: Picture(upload: picture) { gathering.put($0, at: index) },
                        pixels: Page.decodingCost(of: picture.bytes, limits: limits), ticket: ticket
                    ) { gathering.put(.failure($0), at: index) }
                }
                do { try queue.put(jobs) } catch { continuation.resume(throwing: error) }
            }
        } onCancel: {
            ticket.cancel()
            queue.dropUnwanted()
        }
        try ticket.check()
        return answers
    }

    /// Lets the threads end when the queue is empty.
    func stop() { queue.close() }

    private func work(_ lane: JobQueue<Picture>.Lane) {
        while let taken = queue.take(upTo: lane == .large ? 1 : batch, from: lane) {
            if taken.isEmpty { continue }
            if lane == .large { largeWork.wait() }
            defer { if lane == .large { largeWork.signal() } }
            // The wait can be long.
            guard lane == .ordinary || taken[0].ticket.isWanted else {
                taken[0].drop(.shuttingDown)
                continue
            }
            if !explains { telemetry.batchSizes.observe(Double(taken.count)) }
            let pictures = taken.map(\.work.upload)
            let answers = lane == .large ? answerBatch(pictures) : watch.during { answerBatch(pictures) }
            for (job, answer) in zip(taken, answers) { job.work.completion(answer) }
        }
    }

    private func answerBatch(_ pictures: [UploadedPicture]) -> [Result<Prediction, APIError>] {
        do {
            let named = pictures.map { (name: $0.name, bytes: Result<Data, any Error>.success($0.bytes)) }
            let results = try predictor.predictions(of: named, workers: workers, limits: limits)
            return zip(pictures, results).map { answer(for: $0, $1) }
        } catch {
            return pictures.map { .failure(APIError(ofPicture: $0.name, error)) }
        }
    }

    private func answer(
        for picture: UploadedPicture, _ result: Result<Prediction, any Error>
    ) -> Result<Prediction, APIError> {
        do {
            let prediction = try result.get()
            guard !prediction.reasons.contains(.notAnECG) else {
                return .failure(APIError(.notAnECG, file: prediction.file))
            }
            guard explains else { return .success(prediction) }
            return .success(
                try predictor.explain(prediction, picture: picture.bytes, workers: workers, limits: limits))
        } catch {
            return .failure(APIError(ofPicture: picture.name, error))
        }
    }
}

extension PredictionService? {
    /// - Throws: `APIError` with `missingModel`.
    var required: PredictionService {
        get throws {
            guard let self else {
                throw APIError(
                    .missingModel,
                    "This server has no model for pictures of beats (beat-picture.h5). Upload a page or a recording instead.",
                    endsConnection: true)
            }
            return self
        }
    }
}

/// Collects the predictions of one request, and reports when all are complete.
private final class AnswerGathering: Sendable {
    private let answers: Mutex<(answers: [Result<Prediction, APIError>?], missing: Int)>
    private let done: @Sendable ([Result<Prediction, APIError>]) -> Void

    init(count: Int, _ done: @escaping @Sendable ([Result<Prediction, APIError>]) -> Void) {
        answers = Mutex((Array(repeating: nil, count: count), count))
        self.done = done
    }

    func put(_ answer: Result<Prediction, APIError>, at index: Int) {
        let all = answers.withLock { state -> [Result<Prediction, APIError>]? in
            state.answers[index] = answer
            state.missing -= 1
            return state.missing == 0 ? state.answers.compactMap { $0 } : nil
        }
        if let all { done(all) }
    }
}
