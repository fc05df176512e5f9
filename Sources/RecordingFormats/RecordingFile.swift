import Foundation
import Signals

/// A recording from a file of any kind in `RecordingKind`.
///
/// ```swift
/// let file = try RecordingFile("ecg.dcm")
/// print(file.kind.rawValue, file.recording.leads.map(\.name), file.patient.age ?? .nan)
/// ```
///
/// Names, identifiers and dates of the patient are not kept.
public struct RecordingFile: Sendable {
    /// Facts that a CSV file can lack.
    public struct CSVOptions: Sendable {
        /// Hz.
        public var samplingRate: Double?
        /// Units of all columns: nV, uV, mV or V.
        public var units: String?

        public init(samplingRate: Double? = nil, units: String? = nil) {
            (self.samplingRate, self.units) = (samplingRate, units)
        }
    }

    /// Samples of all leads: a longer WFDB record stays in its files and is read in pieces.
    static let memoryLimit = 1 << 23

    public let kind: RecordingKind
    /// Samples of a long WFDB record stay in its files.
    public let recording: Recording
    /// Age and sex; diagnoses from WFDB records only.
    public let patient: Patient

    /// Reads a file whose kind its content tells.
    ///
    /// - Parameters:
    ///   - path: a file, or the name of a WFDB record.
    ///   - csv: facts that come before those of a CSV file.
    /// - Throws: `FileError`, `WFDBError`, `RecordingFormatError`.
    public init(_ path: String, csv: CSVOptions = CSVOptions()) throws {
        kind = try RecordingKind(of: path)
        switch kind {
        case .wfdb:
            let reader = try WFDBRecordReader(path)
            patient = Patient(comments: reader.header.comments)
            let total = reader.sampleCount.multipliedReportingOverflow(by: reader.leadNames.count)
            if total.overflow || total.partialValue > Self.memoryLimit {
                try reader.verifyChecksums()
                recording = Recording(reading: reader)
            } else {
                recording = try reader.recording(in: 0 ..< reader.sampleCount)
            }
        case .dicom: (recording, patient) = try DICOMReader.read(path)
        case .scp: (recording, patient) = try GDFReader.readConverted(path, kind: .scp)
        case .aECG: (recording, patient) = try AECGReader.read(path)
        case .muse: (recording, patient) = try MUSEReader.read(path)
        case .edf, .bdf: (recording, patient) = try EDFReader.read(path, kind: kind)
        case .csv: (recording, patient) = (try CSVReading.read(path, options: csv), Patient())
        }
    }
}
