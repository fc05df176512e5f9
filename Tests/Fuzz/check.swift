import Foundation
import Signals

@testable import RecordingFormats

/// Reads a recording: it has samples and a plausible patient, or the error has a sentence that names the file.
func check(_ read: () throws -> (Recording, Patient)) {
    do {
        let (recording, patient) = try read()
        precondition(recording.sampleCount > 0 && LeadParts.rates.contains(recording.samplingRate))
        precondition(patient.age.map { (0 ... 130).contains($0) } ?? true)
    } catch {
        precondition(error is RecordingFormatError && "\(error)".hasPrefix("r"), "\(error)")
    }
}
