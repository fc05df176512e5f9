import ArgumentParser
import LinearAlgebra

/// The number of threads of a command. Results do not depend on it.
struct ThreadOptions: ParsableArguments {
    @Option(help: "Number of threads. Default: all available cores, or HEARTSENSE_THREADS.")
    var threads: Int?

    var workers: Workers { threads.map { Workers(count: $0) } ?? .all }

    func validate() throws {
        if let threads, !(1 ... 1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024, found \(threads).")
        }
    }
}
