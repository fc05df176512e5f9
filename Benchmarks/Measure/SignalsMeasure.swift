import ArgumentParser
import Interpretation
import Signals

struct RPeakMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "r-peaks",
        abstract: "Finds the R peaks of the first leads of records, and measures the first record.")

    @Argument(help: "WFDB records.") var records: [String]
    @Option(help: "Leads to use.") var leads = 1

    /// Detections in one round.
    private static let repetitions = 5

    func run() throws {
        var recordings: [Recording] = []
        let startup = try Rounds.seconds {
            recordings = try records.map { path in
                let recording = try WFDBRecord(path).recording
                return Recording(samplingRate: recording.samplingRate, leads: Array(recording.leads.prefix(leads)))
            }
        }
        let beats = recordings.map { BeatDetector().samples(in: $0) }
        try Rounds.serve(startup: startup, extra: ["beats": beats]) {
            let start = Rounds.processorSeconds
            for _ in 0 ..< Self.repetitions { _ = BeatDetector().samples(in: recordings[0]) }
            return ["seconds": Rounds.processorSeconds - start, "items": Self.repetitions]
        }
    }
}

struct AnalysisMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analysis", abstract: "Measures the complete analysis of a record.")

    @Argument(help: "A WFDB record.") var record: String

    /// Analyses in one round.
    private static let repetitions = 20

    func run() throws {
        let recording = try WFDBRecord(record).recording
        try Rounds.serve(startup: 0) {
            let start = Rounds.processorSeconds
            for _ in 0 ..< Self.repetitions { _ = Interpretation(of: recording) }
            return ["seconds": Rounds.processorSeconds - start, "items": Self.repetitions]
        }
    }
}
