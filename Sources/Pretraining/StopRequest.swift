import Dispatch
import Foundation
import Synchronization

/// A request to stop by SIGTERM, SIGINT (Ctrl-C) or SIGUSR1.
///
/// `mpirun` forwards SIGUSR1 to all ranks at once. After SIGTERM it waits and then kills them.
///
/// The first signal sets the request; the run saves its state and ends after the current step. A second signal ends the
/// program at once.
final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)
    private let sources = Mutex<[Source]>([])

    /// Dispatch sources are thread-safe.
    private struct Source: @unchecked Sendable { let signal: any DispatchSourceSignal }

    static let signals: [Int32] = [SIGTERM, SIGINT, SIGUSR1]

    init() {}

    /// Installs the signal handlers.
    func listen() {
        for number in Self.signals {
            // The default action would end the program before the source receives the signal.
            signal(number, SIG_IGN)
            let source = Source(signal: DispatchSource.makeSignalSource(signal: number, queue: .global()))
            source.signal.setEventHandler { [self] in
                request()
                for number in Self.signals { signal(number, SIG_DFL) }
            }
            source.signal.resume()
            sources.withLock { $0.append(source) }
        }
    }

    /// Restores the default actions of the signals.
    func stopListening() {
        sources.withLock { sources in
            for source in sources { source.signal.cancel() }
            sources = []
        }
        for number in Self.signals { signal(number, SIG_DFL) }
    }

    func request() { flag.store(true, ordering: .relaxed) }

    var isRequested: Bool { flag.load(ordering: .relaxed) }
}
