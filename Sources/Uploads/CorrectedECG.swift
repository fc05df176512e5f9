import Files
import Foundation
import RecordingFormats
import Signals

/// The files of a recording for other programs, with the corrections applied.
package struct CorrectedECG {
    private let recording: Recording
    private let patient: Patient
    private let isCorrected: Bool

    /// Nil for pictures of beats.
    ///
    /// - Throws: `APIError` with `invalidCorrection`.
    package init?(_ ecg: UploadedECG, corrections: [Correction]) throws {
        guard let first = ecg.recording else { return nil }
        recording = try corrections.applied(to: first, scale: ecg.scale)
        patient = ecg.patient
        isCorrected = !corrections.isEmpty
    }

    /// The header and the signal file of a WFDB record named `recording`.
    ///
    /// - Throws: `WFDBError`, `FileError`.
    package func wfdb() throws -> (header: Data, signals: Data) {
        let folder = try PrivateFolder()
        var writer = WFDBRecordWriter()
        writer.patient = patient
        if isCorrected { writer.comments = ["corrected by hand"] }
        try writer.write(recording, to: folder("recording"))
        return (
            try FileContent.bytes(of: folder("recording.hea")), try FileContent.bytes(of: folder("recording.dat"))
        )
    }

    /// The recording as a table.
    ///
    /// - Throws: `FileError`.
    package func csv() throws -> Data {
        let folder = try PrivateFolder()
        try CSVWriter.write(recording, to: folder("recording.csv"))
        return try FileContent.bytes(of: folder("recording.csv"))
    }
}
