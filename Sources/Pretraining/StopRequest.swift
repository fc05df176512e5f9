import Dispatch
import Foundation
import Synchronization

/// Whether somebody asked the program to stop: SIGTERM (a scheduler, a shutdown) or SIGINT (Ctrl-C).
///
/// The first signal is a request that the work takes up when its state can be saved; a second one ends the program at
/// once.
final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)
    private let sources = Mutex<[Source]>([])

    /// Dispatch's sources may be used from any thread.
    private struct Source: @unchecked Sendable { let signal: any DispatchSourceSignal }

    static let signals: [Int32] = [SIGTERM, SIGINT]

    init() {}

    /// Listens from now on.
    func listen() {
        for number in Self.signals {
            // The default action would end the program before the source is told.
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

    /// Signals mean again what they meant before.
    func stopListening() {
        sources.withLock { sources in
            for source in sources { source.signal.cancel() }
            sources = []
        }
        for number in Self.signals { signal(number, SIG_DFL) }
    }

    func request() { flag.store(true, ordering: .relaxed) }

    var isMade: Bool { flag.load(ordering: .relaxed) }
}
