import ArgumentParser
import LinearAlgebra

/// How many threads a command uses: its results do not depend on it.
struct ThreadOptions: ParsableArguments {
    @Option(help: "Threads to work with; all cores that the process may use unless said (also HEARTSENSE_THREADS).")
    var threads: Int?

    var workers: Workers { threads.map { Workers(count: $0) } ?? .all }

    func validate() throws {
        if let threads, !(1 ... 1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024, found \(threads).")
        }
    }
}
