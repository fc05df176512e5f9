import ArgumentParser
import CMachineLimit
import Foundation
import Progress

/// The HeartSense process of the benchmarks. It prepares once and measures one round for each line `round` on standard
/// input, so that it can alternate with its peers on the same cores.
@main
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures HeartSense for Benchmarks/run.py.",
        subcommands: [
            NetworkMeasure.self, LoadMeasure.self, FolderMeasure.self, ClassifierMeasure.self, PretrainMeasure.self,
            LimitMeasure.self, ExportWeights.self, SaliencyMeasure.self, RPeakMeasure.self, AnalysisMeasure.self,
            DigitizationMeasure.self, DistributedMeasure.self,
        ])

    static func main() {
        MemoryReuse.enable()
        main(nil)
    }
}

struct LimitMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Measures the maximum rate of fused multiply-adds of one core.")

    func run() throws {
        try Rounds.serve(startup: 0) { ["gflops": machine_fma_limit(0.5)] }
    }
}

/// The protocol with `run.py`: one line of JSON for each input line.
enum Rounds {
    /// - Parameters:
    ///   - startup: the time of the preparation in seconds.
    ///   - extra: additional values of the first line.
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
            default: throw ValidationError("expected round or quit, found \(line)")
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

    /// The user and system CPU time of all threads so far.
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
    /// Reads little-endian float32 values.
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

/// Files of raw arrays for `run.py` and the peers.
enum RawFile {}
