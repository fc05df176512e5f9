import APIErrors
import Accounts
import Foundation

/// A bounded queue of uploads, with threads of its own.
///
/// The threads have a low priority, so that requests without an upload are answered at once. Large uploads have threads
/// of their own.
final class UploadQueue: Sendable {
    private let queue: JobQueue<@Sendable () -> Void>
    private let watch: WorkerWatch

    /// Starts the threads.
    ///
    /// - Parameter largeWork: Limits the large jobs in work, over all services.
    init(configuration: ServerConfiguration, largeWork: DispatchSemaphore) {
        queue = JobQueue(limits: configuration.queue)
        watch = WorkerWatch(workers: configuration.threads)
        start(.ordinary, configuration.threads) { [watch] job in watch.during(job.work) }
        start(.large, configuration.largeThreads) { job in
            largeWork.wait()
            defer { largeWork.signal() }
            // The wait can be long.
            if job.ticket.isWanted { job.work() } else { job.drop(.shuttingDown) }
        }
    }

    private typealias Queue = JobQueue<@Sendable () -> Void>

    private func start(_ lane: Queue.Lane, _ count: Int, _ perform: @escaping @Sendable (Queue.Job) -> Void) {
        for number in 0 ..< count {
            let thread = Thread { [queue] in
                ThreadPriority.low.takeForThisThread()
                while let jobs = queue.take(upTo: 1, from: lane) { jobs.forEach(perform) }
            }
            thread.name = (lane == .large ? "upload-large-" : "upload-") + "\(number)"
            // Decoders of hostile files get a stack as large as that of the main thread.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// The number of waiting uploads.
    var depth: Int { queue.depth }

    /// Whether all threads make no progress.
    func isStalled(now: ContinuousClock.Instant = .now) -> Bool { watch.isStalled(now: now) }

    /// Whether `stop()` was called.
    var isStopping: Bool { queue.isStopping }

    /// Runs `body` on one of the threads.
    ///
    /// - Parameter pixels: The cost. 0 for work without pictures.
    /// - Throws: `APIError` with `busy` if the queue is full, with `shuttingDown` after `stop()` or when the client has
    ///   hung up; errors of `body`.
    func run<Value: Sendable>(
        pixels: Int = 0, ticket: JobTicket = JobTicket(), _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = Queue.Job(
                    work: { continuation.resume(with: Result(catching: body)) }, pixels: pixels, ticket: ticket
                ) { continuation.resume(throwing: $0) }
                do { try queue.put([job]) } catch { continuation.resume(throwing: error) }
            }
        } onCancel: {
            ticket.cancel()
            queue.dropUnwanted()
        }
    }

    /// Rejects further uploads. The waiting ones are completed.
    func stop() { queue.close() }
}
