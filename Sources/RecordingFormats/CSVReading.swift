import Files
import Foundation
import Signals

/// Reads a table of samples: one row per sample, one column per lead.
///
/// The header names units and time: `time_s,I_mV,II_mV`. A line `# sampling_rate_hz=500 units=mV` before it can take
/// their place. Columns are separated by commas, semicolons or tabs; with the latter two, decimals can have a comma.
enum CSVReading {
    /// - Throws: `FileError`, `RecordingFormatError`.
    static func read(_ path: String, options: RecordingFile.CSVOptions) throws -> Recording {
        try read(try FileContent.bytes(of: path, limit: 4 << 30), path: path, options: options)
    }

    static func read(_ data: Data, path: String, options: RecordingFile.CSVOptions) throws -> Recording {
        try data.withUnsafeBytes { bytes in
            var table = try Table(bytes, path: path, options: options)
            return try table.recording()
        }
    }

    private struct Column {
        enum Content {
            case lead(millivolts: Double)
            case time(seconds: Double)
            case ignored
        }
        var name: String
        var content: Content
    }

    private struct Table {
        let path: String
        var lines: CSVText.Lines
        let delimiter: UInt8
        let columns: [Column]
        let header: String
        /// The rate of the options or the comment.
        let samplingRate: Double?

        init(_ bytes: UnsafeRawBufferPointer, path: String, options: RecordingFile.CSVOptions) throws {
            self.path = path
            lines = CSVText.Lines(bytes)
            var facts: [String: String] = [:]
            var names: String?
            while names == nil, let line = lines.next() {
                let text = String(decoding: bytes[line], as: UTF8.self).trimmingCharacters(in: .whitespaces)
                if text.hasPrefix("#") {
                    for word in text.dropFirst().split(whereSeparator: { " \t,;".contains($0) }) {
                        let pair = word.split(separator: "=", maxSplits: 1)
                        if pair.count == 2 { facts[pair[0].lowercased()] = String(pair[1]) }
                    }
                } else if !text.isEmpty {
                    names = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
                }
            }
            guard let names else {
                throw RecordingFormatError.line(
                    path: path, line: max(1, lines.number), found: "", expected: "the names of columns")
            }
            header = names
            delimiter = CSVText.delimiter(of: names) ?? UInt8(ascii: ",")
            let cells = CSVText.cells(of: names, delimiter)
            guard !cells.allSatisfy({ Double($0) != nil }) else {
                throw RecordingFormatError.line(
                    path: path, line: lines.number, found: names, expected: "the names of columns")
            }
            // The second line of PhysioNet's tables has the units.
            var rest = lines
            var units: [String?] = cells.map { _ in nil }
            if let line = rest.next() {
                let second = CSVText.cells(of: String(decoding: bytes[line], as: UTF8.self), delimiter)
                if second.count == cells.count, second.allSatisfy({ CSVText.isUnit($0) }) {
                    (units, lines) = (second, rest)
                }
            }
            let general = options.units ?? facts["units"]
            if let general, LeadText.millivolts(general) == nil {
                throw RecordingFormatError.noUnits(path: path, column: general)
            }
            columns = try zip(cells, units).map { try Self.column($0, units: $1, general: general, path: path) }
            samplingRate =
                try options.samplingRate
                ?? facts["sampling_rate_hz"].map { text in
                    guard let rate = Double(text), LeadParts.rates.contains(rate) else {
                        throw RecordingFormatError.line(
                            path: path, line: 1, found: text, expected: "a sampling rate from 0.001 to 1000000 Hz")
                    }
                    return rate
                }
        }

        private static func column(
            _ cell: String, units: String?, general: String?, path: String
        ) throws -> Column {
            var (name, unit) = CSVText.nameAndUnit(cell)
            unit = unit ?? units
            switch name.lowercased() {
            case "sample", "sample #", "index", "sample_number": return Column(name: name, content: .ignored)
            case "time", "t", "elapsed time", "elapsed_time", "seconds":
                let seconds = name.lowercased() == "seconds" ? 1 : CSVText.seconds(unit ?? "")
                guard let seconds else {
                    throw RecordingFormatError.noUnits(path: path, column: cell)
                }
                return Column(name: name, content: .time(seconds: seconds))
            default:
                guard let scale = (unit ?? general).flatMap(LeadText.millivolts) else {
                    throw RecordingFormatError.noUnits(path: path, column: cell)
                }
                return Column(name: name.isEmpty ? "ECG" : String(name.prefix(40)), content: .lead(millivolts: scale))
            }
        }

        mutating func recording() throws -> Recording {
            var leads = columns.map { _ in [Float]() }
            let leadCount = columns.count { if case .lead = $0.content { true } else { false } }
            guard leadCount > 0 else { throw RecordingFormatError.noVoltage(path: path, kind: .csv, units: []) }
            guard leadCount <= LeadParts.leadLimit else {
                throw RecordingFormatError.unsupported(
                    path: path, kind: .csv, found: "\(leadCount) leads", supported: "up to \(LeadParts.leadLimit)")
            }
            var clock = Clock()
            var count = 0
            while let line = lines.next() {
                if line.isEmpty || lines.isBlank(line) { continue }
                var rest = line
                for (index, column) in columns.enumerated() {
                    guard let cell = lines.cell(in: &rest, delimiter) else {
                        throw RecordingFormatError.line(
                            path: path, line: lines.number, found: "\(index) values",
                            expected: "\(columns.count) as in the header")
                    }
                    if case .ignored = column.content { continue }
                    guard let value = lines.number(cell, hasDecimalComma: delimiter != UInt8(ascii: ",")) else {
                        throw RecordingFormatError.line(
                            path: path, line: lines.number, found: lines.text(cell),
                            expected: "a number in column \(column.name)")
                    }
                    switch column.content {
                    case .lead(let scale):
                        leads[index].append(scale == 1 ? Float(value) : Float(value * scale))
                    case .time(let seconds): clock.add(value * seconds, line: lines.number)
                    case .ignored: break
                    }
                }
                guard rest.isEmpty || lines.isBlank(rest) else {
                    throw RecordingFormatError.line(
                        path: path, line: lines.number, found: "more values",
                        expected: "\(columns.count) as in the header")
                }
                count += 1
                guard count * leadCount <= WFDBRecord.sampleLimit else {
                    throw RecordingFormatError.tooLarge(
                        path: path, kind: .csv, samples: count * leadCount, limit: WFDBRecord.sampleLimit)
                }
            }
            guard let rate = try samplingRate ?? clock.samplingRate(path: path) else {
                throw RecordingFormatError.noRate(path: path, header: header)
            }
            var parts = LeadParts()
            for (column, samples) in zip(columns, leads) {
                guard case .lead = column.content else { continue }
                var (name, number) = (column.name, 1)
                while !parts.add(name, start: 0, samples: samples), !samples.isEmpty {
                    number += 1
                    name = "\(column.name) \(number)"
                }
            }
            return try parts.recording(samplingRate: rate, path: path, kind: .csv)
        }
    }

    /// The sampling rate of a column of times.
    private struct Clock {
        private var first = 0.0
        private var last = 0.0
        private var count = 0
        private var smallest = Double.infinity
        private var largest = (step: -Double.infinity, line: 0)

        mutating func add(_ time: Double, line: Int) {
            if count == 0 {
                first = time
            } else {
                let step = time - last
                smallest = min(smallest, step)
                // A time that is missing makes the largest step.
                if !(step <= largest.step) { largest = (step.isNaN ? .infinity : step, line) }
            }
            last = time
            count += 1
        }

        /// The rate, rounded to a whole number of µHz; nil without two times.
        func samplingRate(path: String) throws -> Double? {
            guard count > 1 else { return nil }
            let step = (last - first) / Double(count - 1)
            // Rounded times vary by less than half a step.
            guard step > 0, smallest > 0.4 * step, largest.step < 1.6 * step else {
                throw RecordingFormatError.line(
                    path: path, line: largest.line, found: "a step of \(largest.step) s",
                    expected: "times in equal steps of about \(step) s")
            }
            let rate = 1 / step
            let whole = rate.rounded()
            // Times are printed with few digits: 0.0028 s for 360 Hz.
            return abs(rate - whole) < 1e-4 * whole ? whole : (rate * 1e6).rounded() / 1e6
        }
    }
}
