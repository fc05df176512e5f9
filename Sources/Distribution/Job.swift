import Foundation
import Synchronization

/// The job of this program: its ranks, and its end.
public enum Job {
    private static let joined = Mutex<Ranks?>(nil)

    /// The seconds after which a silent rank counts as lost.
    static let silence = 30.0
    /// Sets `silence`, in seconds.
    static let silenceVariable = "HEARTSENSE_MPI_SILENCE"

    /// Joins the job of the launcher. Without a launcher this process is alone.
    ///
    /// - Throws: `DistributionError`.
    public static func ranks() throws -> Ranks {
        try joined.withLock { joined in
            if let joined { return joined }
            let launch = Launch()
            guard launch.isShared else { return .alone }
            let environment = ProcessInfo.processInfo.environment
            let silence = environment[silenceVariable].flatMap(Double.init).map { max($0, 3) } ?? Self.silence
            let library = try MPILibrary(expected: launch.size)
            let ranks = Ranks(library, silence: silence) { sentence in
                FileHandle.standardError.write(Data("Error: rank \(library.rank): \(sentence)\n".utf8))
                kill(library, status: 1)
            }
            joined = ranks
            return ranks
        }
    }

    /// Leaves the job after its work.
    public static func leave() {
        // Others may still compute or write for hours. A lost rank ends the wait.
        joined.withLock { $0 }?.leave(within: 1e8, status: 1)
    }

    /// Prints the error of this rank and ends the job.
    ///
    /// An error that all ranks have is printed once, by rank 0: the others wait for the end of the job before they print.
    ///
    /// - Returns: after all ranks have left the job. Otherwise it ends this process.
    public static func fail(_ message: String, status: Int32) {
        let ranks = joined.withLock { $0 }
        guard let ranks, ranks.size > 1 else {
            if !message.isEmpty { FileHandle.standardError.write(Data((message + "\n").utf8)) }
            return
        }
        if !ranks.isFirst { sleep(2) }
        if !message.isEmpty { FileHandle.standardError.write(Data("\(message) (\(ranks.name))\n".utf8)) }
        ranks.leave(within: ranks.isFirst ? 1 : 0.1, status: status)
    }

    /// Ends all processes of the job. MPI cannot always reach the other hosts, so this process ends itself in any case.
    private static func kill(_ library: MPILibrary, status: Int32) {
        let thread = Thread { library.abort(status: status) }
        thread.start()
        sleep(5)
        _exit(status)
    }
}
