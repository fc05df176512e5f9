import Foundation
import Signals

extension DigitizedPage {
    /// Writes the recording as a WFDB record. The header has the scale and the layout, but no text of the page.
    ///
    /// - Parameter path: the record's name after its folder, which exists.
    /// - Throws: `WFDBError`, `FileError`.
    /// - Precondition: the recording has leads.
    public func writeRecord(to path: String) throws {
        var writer = WFDBRecordWriter()
        writer.comments = [
            "digitized from a \(kind.rawValue) page, \(layout ?? "unknown layout"), \(speed) mm/s, \(gain) mm/mV"
        ]
        try writer.write(recording, to: path)
    }

    /// The recording as CSV: seconds, then a column in mV for each lead; empty where nothing was read.
    public var csv: String {
        var text = "time_s," + recording.leads.map { "\($0.name)_mv" }.joined(separator: ",") + "\n"
        for index in 0 ..< recording.sampleCount {
            text += String(format: "%.3f", Double(index) / recording.samplingRate)
            for lead in recording.leads {
                let value = lead.samples[index]
                text += value.isFinite ? String(format: ",%.4f", value) : ","
            }
            text += "\n"
        }
        return text
    }
}
