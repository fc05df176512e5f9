import APIErrors
import Foundation

/// Hands passwords out to the workers and takes their answers back, all on one thread.
///
/// That thread has the priority that threads have by default and hardly works; so whatever is shared with the rest of the
/// server, memory and locks and continuations, is touched by nobody whom the scheduler may leave standing.
struct PasswordDesk {
    struct Job: Sendable {
        let work: PasswordWork
        let asked: PasswordRota.Moment
        let answer: @Sendable (Result<PasswordWork.Outcome, any Error>) -> Void
    }

    private var rota: PasswordRota
    private let workers: [PasswordRota.Worker: PasswordWorker]
    private let bell: DispatchSemaphore
    private var jobs: [Int: Job] = [:]
    private var count = 0

    /// - Parameter bell: is rung when there is something to do.
    init(rota: PasswordRota, bell: DispatchSemaphore) {
        (self.rota, self.bell) = (rota, bell)
        var workers: [PasswordRota.Worker: PasswordWorker] = [
            .reserve: PasswordWorker(name: "password-extra", priority: .modest, bell: bell)
        ]
        for number in 0 ..< rota.spare {
            workers[.spare(number)] = PasswordWorker(name: "password-\(number)", priority: .spareTime, bell: bell)
        }
        self.workers = workers
    }

    /// Passwords that nobody has begun.
    var waiting: Int { rota.waitingCount }

    /// Whether every password is answered.
    var isIdle: Bool { jobs.isEmpty }

    mutating func add(_ job: Job) {
        jobs[count] = job
        rota.add(count, asked: job.asked)
        count += 1
    }

    /// Does what there is to do.
    mutating func turn(now: PasswordRota.Moment) {
        for (place, worker) in workers {
            guard let (outcome, seconds) = worker.takeOutcome(), let password = rota.end(place, seconds: seconds)
            else { continue }
            jobs.removeValue(forKey: password)?.answer(.success(outcome))
        }
        for password in rota.giveUp(now: now) {
            jobs.removeValue(forKey: password)?.answer(.failure(Refusal.tooManyPasswords))
        }
        while let (place, password) = rota.assign(now: now) {
            if let job = jobs[password] { workers[place]?.begin(job.work) }
        }
    }

    /// Waits for the bell, or for time to pass that matters.
    func wait() {
        guard let moment = rota.nextMoment else { return bell.wait() }
        let seconds = max(0, (moment - .now) / .seconds(1))
        _ = bell.wait(timeout: .now() + seconds)
    }

    /// Lets the workers end.
    func close() {
        for worker in workers.values { worker.stop() }
    }
}
