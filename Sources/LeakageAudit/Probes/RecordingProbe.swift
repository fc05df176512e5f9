import Datasets
import Files
import Foundation
import LinearAlgebra
import RecordingFormats
import Signals

/// A number that can be read off a recording or its file without interpreting the ECG.
public enum RecordingProbe: String, CaseIterable, Sendable {
    /// Seconds.
    case duration
    /// Hz.
    case samplingRate = "sampling rate"
    case leads = "number of leads"
    /// The smallest step between two samples of the first lead, in mV: the gain of the device.
    case step = "smallest step"
    /// The size of all files of the recording.
    case fileSize = "file size"
    /// The day of the recording.
    case date
    /// The median size of the second differences of all leads, in mV.
    case noise = "noise level"

    /// Whether this probe depends on the trace itself. The file of a compressed recording does, too.
    static let ofShape: Set<RecordingProbe> = [.noise, .fileSize]

    /// Returns the remedy for a label that this probe predicts.
    var remedy: String {
        switch self {
        case .duration: "cut all recordings to one length"
        case .samplingRate: "resample all recordings to one rate"
        case .leads: "use recordings of the same leads"
        case .step: "take all classes from the same devices; a difference of gain can be hidden by rounding"
        case .fileSize: "write every class with the same program"
        case .date: "take all classes from the same period, or divide the data by date"
        case .noise: "take all classes from the same devices and filters"
        }
    }

    /// Returns the probes of a recording in the order of the cases; NaN for missing ones.
    ///
    /// - Throws: the errors of `RecordingFile`.
    package static func values(of path: String) throws -> [Double] {
        let file = try RecordingFile(path)
        let recording = file.recording
        let paths = file.kind == .wfdb ? try WFDBHeader.files(ofRecord: path) : [path]
        let start = file.kind == .wfdb ? try WFDBHeader(contentsOf: paths[0]).start : nil
        return try allCases.map { probe in
            switch probe {
            case .duration: recording.duration
            case .samplingRate: recording.samplingRate
            case .leads: Double(recording.leads.count)
            case .step: recording.leads.first.map { step(of: $0.samples) } ?? .nan
            case .fileSize:
                try paths.reduce(0) { sum, path in
                    let attributes = try FileManager.default.attributesOfItem(atPath: path)
                    return sum + ((attributes[.size] as? NSNumber)?.doubleValue ?? 0)
                }
            case .date:
                start.flatMap { Calendar(identifier: .gregorian).date(from: $0) }?.timeIntervalSinceReferenceDate
                    ?? .nan
            case .noise: median(recording.leads.map { noise(of: $0.samples) })
            }
        }
    }

    /// Returns the probes of many recordings, one row each.
    package static func table(_ rows: [[Double]]) -> ProbeTable {
        ProbeTable(
            names: allCases.map(\.rawValue), ofShape: Set(ofShape.map(\.rawValue)),
            ofDrawing: [Self.noise.rawValue],
            values: Matrix(rows: rows.count, columns: allCases.count, values: rows.flatMap { $0 }))
    }

    private static func step(of samples: [Float]) -> Double {
        let values = Set(samples.lazy.filter(\.isFinite)).sorted()
        return Double(zip(values, values.dropFirst()).map { $1 - $0 }.min() ?? .nan)
    }

    private static func noise(of samples: [Float]) -> Double {
        guard samples.count > 2 else { return .nan }
        return median(
            (1 ..< samples.count - 1).map { index -> Double in
                let change = samples[index - 1] - 2 * samples[index] + samples[index + 1]
                return Double(abs(change))
            })
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.filter(\.isFinite).sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}
