import ArgumentParser
import CMachineLimit
import Foundation

/// HeartSense's side of the benchmarks: a process that prepares once and then measures one round each time it reads
/// `round` on standard input, so that it and its peers can take turns on the same cores.
@main
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures HeartSense for Benchmarks/run.py, which starts it beside the peers.",
        subcommands: [
            NetworkMeasure.self, LoadMeasure.self, FolderMeasure.self, ClassifierMeasure.self, LimitMeasure.self,
            ExportWeights.self, SaliencyMeasure.self,
        ])
}

struct LimitMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "The fused multiply-adds that one core can do.")

    func run() throws {
        try Rounds.serve(startup: 0) { ["gflops": machine_fma_limit(0.5)] }
    }
}

/// The conversation with `run.py`: one line of JSON for each line read.
enum Rounds {
    /// - Parameters:
    ///   - startup: seconds that the preparation took.
    ///   - extra: facts for the first line.
    ///   - round: one measurement.
    static func serve(
        startup: Double, extra: [String: Any] = [:], round: () throws -> [String: Any]
    ) throws {
        try answer(extra.merging(["ready": true, "startup_s": startup]) { $1 })
        while let line = readLine() {
            switch line {
            case "round": try answer(try round())
            case "quit":
                try answer(["peak_mib": peakMemory])
                return
            default: throw ValidationError("round or quit expected, found \(line)")
            }
        }
    }

    private static func answer(_ object: [String: Any]) throws {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        FileHandle.standardOutput.write(data + Data("\n".utf8))
    }

    /// The largest resident size so far, in MiB.
    static var peakMemory: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }

    /// What all threads have used so far, the system's work for them included.
    static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let time = try clock.measure(body).components
        return Double(time.seconds) + Double(time.attoseconds) * 1e-18
    }
}

extension RawFile {
    /// Little-endian float32 values.
    static func floats(_ path: String) throws -> [Float] {
        try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    static func write(_ values: [Float], to path: String) throws {
        try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

/// Arrays that pass between `run.py`, this program and the peers.
enum RawFile {}
