import Files
import Foundation

/// The header of a WFDB record, which describes its signal files.
///
/// - Source: WFDB Applications Guide, header(5).
public struct WFDBHeader: Sendable, Equatable {
    public struct Signal: Sendable, Equatable {
        /// The file with its samples, in the folder of the header.
        public let file: String
        public let format: WFDBSignalFormat
        /// The number of bytes before the first sample.
        public let offset: Int
        /// ADC units per physical unit.
        public let gain: Double
        /// The ADC value of 0 physical units.
        public let baseline: Int
        public let units: String
        /// The 16-bit sum of all samples; nil if the header does not contain it.
        public let checksum: Int?
        public let description: String

        /// The physical unit in millivolts; nil if it is not a voltage.
        var millivolts: Double? {
            switch units.lowercased() {
            case "mv": 1
            case "uv", "µv", "μv": 1e-3
            case "v": 1e3
            default: nil
            }
        }
    }

    public let record: String
    /// The sampling rate in Hz.
    public let samplingRate: Double
    /// The number of samples of each signal; nil if the header does not contain it.
    public let sampleCount: Int?
    public let signals: [Signal]
    /// The texts after `#`, one per line.
    public let comments: [String]

    static let mostSignals = 256

    /// Reads `path`, which ends in `.hea`.
    ///
    /// - Throws: `FileError`, `WFDBError`.
    public init(contentsOf path: String) throws {
        let data = try FileContent.bytes(of: path, limit: 1 << 20)
        // Descriptions are Latin-1 in old records, UTF-8 in new ones.
        let text = String(data: data, encoding: .utf8) ?? String(decoding: data.map { UInt16($0) }, as: UTF16.self)
        try self.init(parsing: text, path: path)
    }

    init(parsing text: String, path: String) throws {
        var lines: [HeaderLine] = []
        var comments: [String] = []
        let all = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in all.enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasPrefix("#") {
                comments.append(trimmed.dropFirst().trimmingCharacters(in: .whitespaces))
            } else if !trimmed.isEmpty {
                lines.append(HeaderLine(path: path, number: index + 1, text: trimmed))
            }
        }
        guard let first = lines.first else { throw WFDBError.noRecordLine(path: path) }
        let head = try RecordLine(first)
        guard lines.count > head.signalCount else {
            throw WFDBError.missingSignals(path: path, expected: head.signalCount, found: lines.count - 1)
        }
        record = head.name
        samplingRate = head.samplingRate
        sampleCount = head.sampleCount
        signals = try lines[1 ... head.signalCount].map(Signal.init)
        self.comments = comments
    }
}

/// A line with its path and number, for errors.
private struct HeaderLine {
    let path: String
    let number: Int
    let text: String

    var fields: [Substring] { text.split { $0 == " " || $0 == "\t" } }

    func refusal(_ found: some StringProtocol, _ expected: String) -> WFDBError {
        .header(path: path, line: number, found: String(found), expected: expected)
    }
}

/// The record line, for example `100 2 360/1000(0) 650000 12:00:00 1/2/1999`.
private struct RecordLine {
    let name: String
    let signalCount: Int
    let samplingRate: Double
    let sampleCount: Int?

    init(_ line: HeaderLine) throws {
        let fields = line.fields
        guard !fields[0].contains("/") else {
            throw WFDBError.unsupported(
                path: line.path, found: "a multi-segment record (\(fields[0]))",
                expected: "a single-segment record")
        }
        name = String(fields[0])
        guard fields.count > 1, let count = Int(fields[1]), (1 ... WFDBHeader.mostSignals).contains(count) else {
            throw line.refusal(
                fields.count > 1 ? fields[1] : "", "a number of signals from 1 to \(WFDBHeader.mostSignals)")
        }
        signalCount = count
        let rateText = fields.count > 2 ? fields[2].prefix { $0 != "/" && $0 != "(" } : "250"
        guard let rate = Double(rateText), rate > 0, rate <= 1e6 else {
            throw line.refusal(rateText, "a sampling rate in Hz")
        }
        samplingRate = rate
        let samplesText = fields.count > 3 ? fields[3] : "0"
        guard let samples = Int(samplesText), samples >= 0 else {
            throw line.refusal(samplesText, "a number of samples")
        }
        sampleCount = samples == 0 ? nil : samples
    }
}

extension WFDBHeader.Signal {
    /// Parses a signal line, for example `100.dat 212x1:0+0 200(1024)/mV 11 1024 995 -22131 0 MLII`.
    fileprivate init(_ line: HeaderLine) throws {
        let fields = line.fields
        file = String(fields[0])
        guard !file.contains("/"), !file.hasPrefix("."), file != "-", file != "~" else {
            throw WFDBError.fileName(path: line.path, found: file)
        }
        guard fields.count > 1 else { throw line.refusal("", "the format of \(file)") }
        (format, offset) = try Self.format(fields[1], line)
        let number = { (index: Int, what: String) throws -> Int? in
            guard fields.count > index else { return nil }
            guard let value = Int(fields[index]), abs(value) <= 1 << 32 else { throw line.refusal(fields[index], what) }
            return value
        }
        let zero = try number(4, "the ADC zero") ?? 0
        (gain, baseline, units) = try Self.gain(fields.count > 2 ? fields[2] : "", zero: zero, line)
        checksum = try number(6, "a checksum")
        // The rest of the line, including its spaces.
        description =
            line.text.split(maxSplits: 8, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
            .dropFirst(8).first.map(String.init) ?? file
    }

    /// Parses a signal format, for example `212`, `16x1`, `16:0` or `16+24`.
    private static func format(_ text: Substring, _ line: HeaderLine) throws -> (WFDBSignalFormat, Int) {
        var rest = text
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        guard let code = Int(digits) else { throw line.refusal(text, "a signal format") }
        guard let format = WFDBSignalFormat(rawValue: code) else {
            let known = WFDBSignalFormat.allCases.map { String($0.rawValue) }.joined(separator: ", ")
            throw WFDBError.unsupported(path: line.path, found: "format \(code)", expected: "format \(known)")
        }
        var offset = 0
        while let mark = rest.first {
            let value = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(value), number <= 1 << 40 else { throw line.refusal(text, "a signal format") }
            rest = rest.dropFirst(1 + value.count)
            switch mark {
            case "x" where number == 1, ":" where number == 0: break
            case "x":
                throw WFDBError.unsupported(
                    path: line.path, found: "\(number) samples per frame", expected: "one sampling rate for all signals"
                )
            case ":":
                throw WFDBError.unsupported(
                    path: line.path, found: "a skew of \(number) samples", expected: "a record without skew")
            case "+": offset = number
            default: throw line.refusal(text, "a signal format")
            }
        }
        return (format, offset)
    }

    /// Parses a gain, for example `200`, `200/mV` or `1000.0(0)/mV`.
    private static func gain(
        _ text: Substring, zero: Int, _ line: HeaderLine
    ) throws -> (gain: Double, baseline: Int, units: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let units = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : "mV"
        let number = (parts.first ?? "").prefix { $0 != "(" }
        let value = number.isEmpty ? 0 : Double(number)
        guard let value, value.isFinite, value >= 0 else { throw line.refusal(text, "a gain in ADC units per mV") }
        var baseline = zero
        if let open = parts.first?.firstIndex(of: "(") {
            let inside = parts[0][parts[0].index(after: open)...]
            guard inside.last == ")", let given = Int(inside.dropLast()), abs(given) <= 1 << 32 else {
                throw line.refusal(text, "a whole-number baseline in parentheses")
            }
            baseline = given
        }
        // A gain of 0 was not measured. The WFDB library then uses 200.
        return (value == 0 ? 200 : value, baseline, units)
    }
}
