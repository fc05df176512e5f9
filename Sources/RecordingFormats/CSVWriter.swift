import Files
import Foundation
import Signals

/// Writes a recording as a table that `RecordingFile` reads: a column `time_s`, and a column in mV per lead.
///
/// Samples have the shortest digits that read back the same. A sample that was not recorded is an empty cell.
public enum CSVWriter {
    /// - Throws: `FileError`; no file is left then.
    public static func write(_ recording: Recording, to path: String) throws {
        try AtomicFile.write(to: path) { temporary in
            guard let file = fopen(temporary, "wb") else { throw FileError.lastError(writing: path) }
            var isOpen = true
            defer { if isOpen { fclose(file) } }
            func put(_ text: String) throws {
                var text = text
                let isWritten = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
                guard isWritten else { throw FileError.lastError(writing: path) }
            }
            let names = recording.leads.map { lead in
                let name = lead.name + "_mV"
                return name.contains { ",;\t\"'".contains($0) } ? "\"\(name.replacing("\"", with: "'"))\"" : name
            }
            try put(([String("time_s")] + names).joined(separator: ",") + "\n")
            let samples = recording.leads.map(\.samples)
            for start in stride(from: 0, to: recording.sampleCount, by: 4096) {
                var text = ""
                for place in start ..< min(start + 4096, recording.sampleCount) {
                    text += "\(Double(place) / recording.samplingRate)"
                    for lead in samples { text += lead[place].isFinite ? ",\(lead[place])" : "," }
                    text += "\n"
                }
                try put(text)
            }
            guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw FileError.lastError(writing: path) }
            isOpen = false
            guard fclose(file) == 0 else { throw FileError.lastError(writing: path) }
        }
    }
}
