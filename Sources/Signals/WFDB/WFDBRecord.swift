import Files
import Foundation

/// A WFDB record in memory.
///
/// ```swift
/// let recording = try WFDBRecord(path).recording
/// for lead in recording.leads { print(lead.name, lead.samples.count, "samples in mV") }
/// print(recording.duration, "seconds at", recording.samplingRate, "Hz")
/// ```
///
/// `WFDBRecordReader` reads a long record in pieces.
public struct WFDBRecord: Sendable, Equatable {
    public let header: WFDBHeader
    /// The signals that are voltages.
    public let recording: Recording
    /// The names of the other signals.
    public let otherSignals: [String]

    /// 24 hours of two leads at 1000 Hz, and half as much again; 1 GiB.
    public static let sampleLimit = 1 << 28

    /// Reads a whole record and verifies the checksums that its header has.
    ///
    /// - Parameters:
    ///   - path: the record's name, or the path of its header.
    ///   - sampleLimit: the most samples of all leads that are read. Each needs four bytes of memory; a file can be
    ///     much smaller.
    /// - Throws: `FileError`, `WFDBError`.
    public init(_ path: String, sampleLimit: Int = Self.sampleLimit) throws {
        let reader = try WFDBRecordReader(path)
        let (total, isHuge) = reader.sampleCount.multipliedReportingOverflow(by: reader.leadNames.count)
        guard !isHuge, total <= sampleLimit else {
            throw WFDBError.tooLarge(
                path: WFDBPath.header(of: path), samples: isHuge ? .max : total, limit: sampleLimit)
        }
        header = reader.header
        recording = try reader.recording(in: 0 ..< reader.sampleCount)
        otherSignals = reader.otherSignals
    }

    /// The patient's age, sex and diagnoses, as far as the header's comments have them.
    public var patient: Patient { Patient(comments: header.comments) }
}

/// Paths of the files of a record.
enum WFDBPath {
    /// The path of a record's header, from that path or from the record's name.
    static func header(of record: String) -> String { record.hasSuffix(".hea") ? record : record + ".hea" }

    /// The path of a record's annotations by one annotator.
    static func annotations(_ annotator: String, of record: String) -> String {
        (record.hasSuffix(".hea") ? String(record.dropLast(4)) : record) + "." + annotator
    }

    /// The path of a file in the folder of the file at `path`.
    static func sibling(_ name: String, of path: String) -> String {
        path.lastIndex(of: "/").map { path[...$0] + name } ?? name
    }

    /// True for names that all WFDB programs can read.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(characters.contains)
    }

    private static let characters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8)
}
