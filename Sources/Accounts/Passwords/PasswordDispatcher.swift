import APIErrors
import Foundation

/// Distributes passwords to the workers and returns their outcomes, on one thread.
///
/// The thread has the default priority and does little work. Only this thread uses what is shared with the rest of the
/// server (memory, locks, continuations), so that a starved worker never holds a shared lock.
struct PasswordDispatcher {
    struct Job: Sendable {
        let work: PasswordWork
        let asked: PasswordScheduler.Moment
        let answer: @Sendable (Result<PasswordWork.Outcome, any Error>) -> Void
    }

    private var scheduler: PasswordScheduler
    private let workers: [PasswordScheduler.Worker: PasswordWorker]
    private let wakeUp: DispatchSemaphore
    private var jobs: [Int: Job] = [:]
    private var count = 0

    /// - Parameter wakeUp: The semaphore that is signaled when there is something to do.
    init(scheduler: PasswordScheduler, wakeUp: DispatchSemaphore) {
        (self.scheduler, self.wakeUp) = (scheduler, wakeUp)
        var workers: [PasswordScheduler.Worker: PasswordWorker] = [
            .reserve: PasswordWorker(name: "password-extra", priority: .low, wakeUp: wakeUp)
        ]
        for number in 0 ..< scheduler.lowPriorityWorkers {
            workers[.lowPriority(number)] = PasswordWorker(name: "password-\(number)", priority: .idle, wakeUp: wakeUp)
        }
        self.workers = workers
    }

    /// The number of passwords that no worker has started.
    var waiting: Int { scheduler.waitingCount }

    /// Whether every password has an outcome.
    var isIdle: Bool { jobs.isEmpty }

    mutating func add(_ job: Job) {
        jobs[count] = job
        scheduler.add(count, asked: job.asked)
        count += 1
    }

    /// Collects outcomes, rejects passwords that have waited too long, and assigns passwords to workers.
    mutating func step(now: PasswordScheduler.Moment) {
        for (place, worker) in workers {
            guard let (outcome, seconds) = worker.takeOutcome(), let password = scheduler.end(place, seconds: seconds)
            else { continue }
            jobs.removeValue(forKey: password)?.answer(.success(outcome))
        }
        for password in scheduler.removeExpired(now: now) {
            jobs.removeValue(forKey: password)?.answer(.failure(APIError.tooManyPasswords))
        }
        while let (place, password) = scheduler.assign(now: now) {
            if let job = jobs[password] { workers[place]?.begin(job.work) }
        }
    }

    /// Waits for the signal, or until the next deadline.
    func wait() {
        guard let moment = scheduler.nextMoment else { return wakeUp.wait() }
        let seconds = max(0, (moment - .now) / .seconds(1))
        _ = wakeUp.wait(timeout: .now() + seconds)
    }

    /// Lets the worker threads end.
    func close() {
        for worker in workers.values { worker.stop() }
    }
}
