import Files
import Foundation

/// A single-segment WFDB record: a header and signal files in one folder.
///
/// ```swift
/// let recording = try WFDBRecord(path).recording
/// for lead in recording.leads { print(lead.name, lead.samples.count, "samples in mV") }
/// print(recording.duration, "seconds at", recording.samplingRate, "Hz")
/// ```
public struct WFDBRecord: Sendable, Equatable {
    public let header: WFDBHeader
    /// The signals that are voltages.
    public let recording: Recording
    /// The descriptions of the other signals.
    public let otherSignals: [String]

    /// More than a week of twelve leads at 500 Hz.
    private static let mostSamples = 1 << 32
    private static let largestFile = 4 << 30

    /// Reads a record by its path, with or without `.hea`.
    ///
    /// Checksums are verified if the header contains them.
    ///
    /// - Throws: `FileError`, `WFDBError`.
    public init(_ path: String) throws {
        let headerPath = path.hasSuffix(".hea") ? path : path + ".hea"
        let header = try WFDBHeader(contentsOf: headerPath)
        let folder = URL(fileURLWithPath: headerPath).deletingLastPathComponent().path
        var leads: [Recording.Lead?] = Array(repeating: nil, count: header.signals.count)
        var names: [String] = []
        for signal in header.signals where !names.contains(signal.file) { names.append(signal.file) }
        for name in names {
            let members = header.signals.indices.filter { header.signals[$0].file == name }
            let found = try Self.leads(
                members.map { header.signals[$0] }, in: "\(folder)/\(name)", count: header.sampleCount)
            for (index, lead) in zip(members, found) { leads[index] = lead }
        }
        guard leads.contains(where: { $0 != nil }) else {
            throw WFDBError.noVoltage(path: headerPath, units: header.signals.map(\.units))
        }
        let found = leads.compactMap { $0 }
        if let other = found.first(where: { $0.samples.count != found[0].samples.count }) {
            throw WFDBError.tooShort(
                path: headerPath, expected: found[0].samples.count, found: other.samples.count)
        }
        self.header = header
        otherSignals = zip(header.signals, leads).filter { $1 == nil }.map(\.0.description)
        recording = Recording(samplingRate: header.samplingRate, leads: found)
    }

    /// Returns the signals of one file, whose samples are interleaved; nil for signals that are not voltages.
    private static func leads(
        _ signals: [WFDBHeader.Signal], in path: String, count: Int?
    ) throws -> [Recording.Lead?] {
        let (format, offset) = (signals[0].format, signals[0].offset)
        guard signals.allSatisfy({ $0.format == format && $0.offset == offset }) else {
            throw WFDBError.unsupported(
                path: path, found: "several formats in one file", expected: "one format for each file")
        }
        let bytes = try FileContent.bytes(of: path, limit: largestFile)
        let stored = max(0, bytes.count - offset)
        let frames = count ?? frameCount(format, bytes: stored, signals: signals.count)
        let (total, overflow) = frames.multipliedReportingOverflow(by: signals.count)
        guard !overflow, total <= mostSamples else {
            throw WFDBError.tooLarge(path: path, samples: overflow ? .max : total, limit: mostSamples)
        }
        // Checked before memory is allocated, because the header can declare too many samples.
        guard total > 0, stored >= format.bytes(of: total) else {
            throw WFDBError.tooShort(path: path, expected: offset + max(1, format.bytes(of: total)), found: bytes.count)
        }
        let samples = bytes.withUnsafeBytes { raw in
            format.samples(total, of: UnsafeRawBufferPointer(rebasing: raw[offset...]))
        }
        return try signals.enumerated().map { number, signal in
            try lead(signal, samples, from: number, by: signals.count, path: path)
        }
    }

    /// Returns the number of complete frames in a file, for headers without a number of samples.
    private static func frameCount(_ format: WFDBSignalFormat, bytes: Int, signals: Int) -> Int {
        let samplesPerGroup = [.packed12: 2, .spread10: 3, .packed10: 3][format] ?? 1
        return bytes / format.bytes(of: samplesPerGroup) * samplesPerGroup / signals
    }

    private static func lead(
        _ signal: WFDBHeader.Signal, _ samples: [Int32], from first: Int, by step: Int, path: String
    ) throws -> Recording.Lead? {
        let places = stride(from: first, to: samples.count, by: step)
        if let expected = signal.checksum {
            let sum = places.reduce(Int32(0)) { $0 &+ samples[$1] }
            let (found, wanted) = (Int16(truncatingIfNeeded: sum), Int16(truncatingIfNeeded: expected))
            guard found == wanted else {
                throw WFDBError.checksum(
                    path: path, signal: signal.description, expected: Int(wanted), found: Int(found))
            }
        }
        guard let unit = signal.millivolts else { return nil }
        let scale = unit / signal.gain
        return Recording.Lead(
            name: signal.description,
            samples: places.map { place in
                samples[place] == signal.format.invalid
                    ? .nan : Float(Double(Int(samples[place]) - signal.baseline) * scale)
            })
    }
}
