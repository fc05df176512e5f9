import Files
import Foundation
import Signals

/// Reads EDF, EDF+ and BDF.
///
/// - Source: Kemp et al., Electroencephalography and Clinical Neurophysiology 82 (1992) 391; Kemp & Olivan, Clinical
///   Neurophysiology 114 (2003) 1755; www.edfplus.info.
struct EDFReader {
    private let bytes: Data
    private let path: String
    private let kind: RecordingKind
    private let signals: [Signal]
    private let recordCount: Int
    /// Bytes.
    private let recordSize: Int
    /// Seconds.
    private let duration: Double
    private let headerSize: Int
    /// True for EDF+ files whose records can be apart.
    private let isDiscontinuous: Bool

    private struct Signal {
        let label: String
        let units: String
        /// Units per step, and at digital zero.
        let gain: Double
        let zero: Double
        let samplesPerRecord: Int
        /// Bytes from the start of a record.
        let offset: Int

        var isAnnotation: Bool { label.hasSuffix(" Annotations") }
        var millivolts: Double? { isAnnotation ? nil : LeadText.millivolts(units) }
    }

    /// Reads the signals that are voltages.
    ///
    /// If some labels name an ECG, only those are read. Slower signals repeat their samples.
    ///
    /// - Throws: `FileError`, `RecordingFormatError`.
    static func read(_ path: String, kind: RecordingKind) throws -> (Recording, Patient) {
        try read(try FileContent.bytes(of: path, limit: 4 << 30), path: path, kind: kind)
    }

    static func read(_ data: Data, path: String, kind: RecordingKind) throws -> (Recording, Patient) {
        let reader = try EDFReader(data, path: path, kind: kind)
        return (try reader.recording(), reader.patient)
    }

    private var sampleSize: Int { kind == .bdf ? 3 : 2 }

    private init(_ data: Data, path: String, kind: RecordingKind) throws {
        func invalid(_ found: String, _ expected: String) -> RecordingFormatError {
            .invalid(path: path, kind: kind, found: found, expected: expected)
        }
        func text(_ place: Int, _ length: Int) throws -> String {
            guard place + length <= data.count else { throw invalid("\(data.count) bytes", "a complete header") }
            let start = data.startIndex + place
            return String(decoding: data[start ..< start + length], as: UTF8.self)
                .trimmingCharacters(in: CharacterSet(charactersIn: " \0"))
        }
        func number(_ place: Int, _ length: Int, _ name: String) throws -> Double {
            let text = try text(place, length)
            guard let number = Double(text.replacing(",", with: ".")), number.isFinite, abs(number) < 1e12 else {
                throw invalid("'\(text)' as the \(name)", "a number")
            }
            return number
        }
        (bytes, self.path, self.kind) = (data, path, kind)
        let count = try number(252, 4, "number of signals")
        guard count >= 1, count <= 4096, count == count.rounded() else {
            throw invalid("\(count) signals", "1 to 4096")
        }
        let signalCount = Int(count)
        headerSize = 256 * (signalCount + 1)
        duration = try number(244, 8, "duration of a data record")
        isDiscontinuous = try text(192, 44).hasPrefix("EDF+D")
        let sampleSize = kind == .bdf ? 3 : 2
        var offset = 0
        signals = try (0 ..< signalCount).map { index in
            func place(_ before: Int, _ length: Int) -> Int { 256 + before * signalCount + index * length }
            let label = try text(place(0, 16), 16)
            let samples = try number(place(216, 8), 8, "number of samples in a data record")
            guard (0 ... 16_777_216).contains(samples), samples == samples.rounded() else {
                throw invalid("\(samples) samples of '\(label)' in a data record", "0 to 16777216")
            }
            let low = try number(place(104, 8), 8, "physical minimum")
            let high = try number(place(112, 8), 8, "physical maximum")
            let from = try number(place(120, 8), 8, "digital minimum")
            let to = try number(place(128, 8), 8, "digital maximum")
            let gain = (high - low) / (to - from)
            guard gain.isFinite, gain != 0 else {
                throw invalid("the range \(low) to \(high) for \(from) to \(to) of '\(label)'", "two ranges")
            }
            defer { offset += Int(samples) * sampleSize }
            return Signal(
                label: label, units: try text(place(96, 8), 8), gain: gain, zero: low - from * gain,
                samplesPerRecord: Int(samples), offset: offset)
        }
        recordSize = offset
        guard recordSize > 0 else { throw invalid("data records without samples", "at least one sample") }
        guard data.count >= headerSize else { throw invalid("\(data.count) bytes", "a complete header") }
        let stored = (data.count - headerSize) / recordSize
        let declared = try number(236, 8, "number of data records")
        // Recorders write −1 until the end of the recording.
        guard declared == -1 || declared >= 1 && declared == declared.rounded() else {
            throw invalid("\(declared) data records", "at least one")
        }
        guard stored > 0, declared <= Double(stored) else {
            throw invalid("\(stored) data records of \(recordSize) bytes", "\(max(1, Int(declared)))")
        }
        recordCount = declared == -1 ? stored : Int(declared)
    }

    private func recording() throws -> Recording {
        let voltages = signals.filter { $0.millivolts != nil && $0.samplesPerRecord > 0 }
        let named = voltages.filter {
            let label = $0.label.uppercased()
            return label.contains("ECG") || label.contains("EKG")
        }
        let chosen = named.isEmpty ? voltages : named
        guard let perRecord = chosen.map(\.samplesPerRecord).max() else {
            throw RecordingFormatError.noVoltage(
                path: path, kind: kind, units: signals.filter { !$0.isAnnotation }.map(\.units))
        }
        guard duration > 0 else {
            throw RecordingFormatError.invalid(
                path: path, kind: kind, found: "data records of \(duration) s", expected: "a positive duration")
        }
        guard chosen.count <= LeadParts.leadLimit else {
            throw RecordingFormatError.unsupported(
                path: path, kind: kind, found: "\(chosen.count) leads", supported: "up to \(LeadParts.leadLimit)")
        }
        let total = chosen.count.multipliedReportingOverflow(by: perRecord * recordCount)
        guard !total.overflow, total.partialValue <= WFDBRecord.sampleLimit else {
            throw RecordingFormatError.tooLarge(
                path: path, kind: kind, samples: total.partialValue, limit: WFDBRecord.sampleLimit)
        }
        let rate = Double(perRecord) / duration
        let runs = try runs(samplingRate: rate, perRecord: perRecord)
        var parts = LeadParts()
        var names: Set<String> = []
        for signal in chosen {
            guard perRecord % signal.samplesPerRecord == 0 else {
                throw RecordingFormatError.unsupported(
                    path: path, kind: kind,
                    found: "\(signal.samplesPerRecord) samples of '\(signal.label)' in a data record",
                    supported: "divisors of \(perRecord)")
            }
            // A second signal of the same name gets a number.
            let name = LeadText.name(signal.label)
            var unique = name
            var number = 1
            while !names.insert(unique).inserted {
                number += 1
                unique = "\(name) \(number)"
            }
            for run in runs {
                _ = parts.add(unique, start: run.start, samples: samples(of: signal, in: run.records, perRecord))
            }
        }
        let whole = rate.rounded()
        return try parts.recording(
            samplingRate: abs(rate - whole) < 1e-6 * whole ? whole : rate, path: path, kind: kind)
    }

    private func samples(of signal: Signal, in records: Range<Int>, _ perRecord: Int) -> [Float] {
        let (gain, zero) = (signal.gain * signal.millivolts!, signal.zero * signal.millivolts!)
        let repeats = perRecord / signal.samplesPerRecord
        var samples: [Float] = []
        samples.reserveCapacity(records.count * perRecord)
        bytes.withUnsafeBytes { bytes in
            for record in records {
                let start = headerSize + record * recordSize + signal.offset
                for index in 0 ..< signal.samplesPerRecord {
                    let place = start + index * sampleSize
                    let low = Int32(bytes[place]) | Int32(bytes[place + 1]) << 8
                    let value =
                        kind == .bdf
                        ? (low | Int32(Int8(bitPattern: bytes[place + 2])) << 16)
                        : Int32(Int16(truncatingIfNeeded: low))
                    let sample = Float(Double(value) * gain + zero)
                    for _ in 0 ..< repeats { samples.append(sample) }
                }
            }
        }
        return samples
    }

    /// Consecutive records, with the sample at which the first one starts.
    private func runs(samplingRate: Double, perRecord: Int) throws -> [(start: Int, records: Range<Int>)] {
        guard isDiscontinuous, let annotations = signals.first(where: \.isAnnotation) else {
            return [(0, 0 ..< recordCount)]
        }
        var runs: [(start: Int, records: Range<Int>)] = []
        var next = 0
        var first: Double?
        for record in 0 ..< recordCount {
            let start = bytes.startIndex + headerSize + record * recordSize + annotations.offset
            // Each record begins with its time: `+12.5`, and the bytes 20 20.
            let text = bytes[start ..< start + annotations.samplesPerRecord * sampleSize].prefix { $0 != 20 }
            guard let time = Double(String(decoding: text, as: UTF8.self)), time.isFinite else {
                throw RecordingFormatError.invalid(
                    path: path, kind: kind, found: "data record \(record + 1) without a time", expected: "+seconds")
            }
            first = first ?? time
            let place = ((time - first!) * samplingRate).rounded()
            guard place >= Double(next), place < Double(LeadParts.placeLimit) else {
                throw RecordingFormatError.invalid(
                    path: path, kind: kind, found: "data record \(record + 1) at \(time) s", expected: "ascending times"
                )
            }
            if Int(place) == next, let last = runs.last {
                runs[runs.count - 1].records = last.records.lowerBound ..< record + 1
            } else {
                runs.append((Int(place), record ..< record + 1))
            }
            next = Int(place) + perRecord
        }
        return runs
    }

    /// Sex and age from the identification of EDF+: `code F 02-MAY-1951 name`.
    private var patient: Patient {
        func field(_ place: Int) -> [Substring] {
            let start = bytes.startIndex + place
            return String(decoding: bytes[start ..< start + 80], as: UTF8.self).split(separator: " ")
        }
        var patient = Patient()
        let (person, recording) = (field(8), field(88))
        guard person.count >= 3 else { return patient }
        patient.sex = ["M": .male, "F": .female][person[1]]
        if recording.count > 1, recording[0] == "Startdate" {
            patient.age = Dates.years(from: Self.day(person[2]), to: Self.day(recording[1]))
        }
        return patient
    }

    /// Days of `02-MAY-1951`.
    private static func day(_ text: Substring) -> Int? {
        let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        let parts = text.split(separator: "-")
        guard parts.count == 3, let day = Int(parts[0]), let year = Int(parts[2]),
            let month = months.firstIndex(of: parts[1].uppercased())
        else { return nil }
        return Dates.day(year, month + 1, day)
    }
}
