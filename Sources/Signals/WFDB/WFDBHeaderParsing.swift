import Foundation

extension WFDBHeader {
    /// Parses the content of a header.
    ///
    /// - Parameter path: the file's path, for errors.
    package init(parsing data: Data, path: String) throws {
        // Old records have comments in Latin-1, new ones in UTF-8.
        let text = String(data: data, encoding: .utf8) ?? String(decoding: data.map { UInt16($0) }, as: UTF16.self)
        var lines: [WFDBHeaderLine] = []
        var comments: [String] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.trimmingCharacters(in: Self.blanks)
            if trimmed.hasPrefix("#") {
                comments.append(trimmed.dropFirst().trimmingCharacters(in: .whitespaces))
            } else if !trimmed.isEmpty {
                lines.append(WFDBHeaderLine(path: path, number: index + 1, text: trimmed))
            }
        }
        guard let first = lines.first else { throw WFDBError.noRecordLine(path: path) }
        let segmentCount: Int?
        (self, segmentCount) = try first.record()
        self.comments = comments
        let expected = segmentCount ?? signalCount
        guard lines.count == 1 + expected else {
            throw WFDBError.lineCount(
                path: path, of: segmentCount == nil ? "signal" : "segment", expected: expected, found: lines.count - 1)
        }
        if segmentCount == nil {
            signals = try lines.dropFirst().map { try $0.signal() }
        } else {
            segments = try lines.dropFirst().map { try $0.segment() }
            try checkSegments(path)
        }
    }

    /// Blanks around a line, and the byte order mark that some editors put before the first.
    private static let blanks = CharacterSet.whitespaces.union(CharacterSet(charactersIn: "\u{FEFF}"))

    private func checkSegments(_ path: String) throws {
        let sum = segments.reduce(0) { min($0 + $1.frameCount, Self.frameLimit) }
        if let frameCount, frameCount != sum {
            throw WFDBError.segment(
                path: path, segment: segments.last?.name ?? "", found: "an end at sample \(sum)",
                expected: "\(frameCount), the record's length")
        }
    }
}

/// A line of a header that is not a comment.
struct WFDBHeaderLine {
    let path: String
    /// From 1.
    let number: Int
    let text: String

    /// Splits the line at blanks.
    func fields(limit: Int = .max) -> [Substring] {
        text.split(maxSplits: limit, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
    }

    func error(_ found: some StringProtocol, expected: String) -> WFDBError {
        .header(path: path, line: number, found: String(found), expected: expected)
    }

    /// A whole number that may be absent.
    func integer(_ fields: [Substring], at index: Int, in range: ClosedRange<Int>, _ name: String) throws -> Int? {
        guard fields.indices.contains(index) else { return nil }
        return try integer(fields[index], in: range, name)
    }

    func integer(_ text: some StringProtocol, in range: ClosedRange<Int>, _ name: String) throws -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw error(text, expected: "\(name) from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ text: some StringProtocol, _ name: String) throws -> Double {
        guard let value = Double(text), value.isFinite else { throw error(text, expected: name) }
        return value
    }

    /// The name of a file or record in the header's folder.
    func name(_ text: Substring) throws -> String {
        guard !text.contains("/"), !text.hasPrefix("."), !text.hasPrefix("-"), !text.contains("\0") else {
            throw WFDBError.fileName(path: path, line: number, found: String(text))
        }
        return String(text)
    }

    /// Parses a line such as `100_part1 180000` or `~ 5000`.
    func segment() throws -> WFDBHeader.Segment {
        let fields = fields()
        guard let count = try integer(fields, at: 1, in: 0 ... WFDBHeader.frameLimit, "a number of samples") else {
            throw error("", expected: "a number of samples after the segment's name")
        }
        return WFDBHeader.Segment(name: try name(fields[0]), frameCount: count)
    }
}

extension WFDBHeaderLine {
    /// Parses the first line of a header, for example `100 2 360/1000(0) 650000 12:00:00 01/02/1999`.
    ///
    /// - Returns: a header without signals and segments, and the number of segments of a multi-segment record.
    func record() throws -> (header: WFDBHeader, segmentCount: Int?) {
        let fields = fields()
        let (name, segmentCount) = try nameAndSegments(fields[0])
        guard let signals = try integer(fields, at: 1, in: 0 ... WFDBHeader.signalLimit, "a number of signals") else {
            throw error("", expected: "a number of signals after the record's name")
        }
        let (rate, counterFrequency, baseCounter) = try rates(fields.count > 2 ? fields[2] : "250")
        var header = WFDBHeader(
            record: name, samplingRate: rate, counterFrequency: counterFrequency ?? rate, signalCount: signals)
        header.baseCounter = baseCounter ?? 0
        let frames = try integer(fields, at: 3, in: 0 ... WFDBHeader.frameLimit, "a number of samples") ?? 0
        header.frameCount = frames == 0 ? nil : frames
        if fields.count > 4 { header.baseTime = try time(fields[4]) }
        if fields.count > 5 { header.baseDate = try date(fields[5]) }
        return (header, segmentCount)
    }

    /// Parses `100` or, with a number of segments, `100/3`.
    private func nameAndSegments(_ text: Substring) throws -> (name: String, segments: Int?) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return (String(text), nil) }
        return (String(parts[0]), try integer(parts[1], in: 1 ... WFDBHeader.segmentLimit, "a number of segments"))
    }

    /// Parses `360`, `360/1000` or `360/1000(5)`.
    private func rates(_ text: Substring) throws -> (rate: Double, counterFrequency: Double?, baseCounter: Double?) {
        let (frequencies, counter) = try brackets(text, "a counter value in brackets")
        let parts = frequencies.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let rate = try number(parts[0], "a sampling rate in Hz")
        guard WFDBHeader.rates.contains(rate) else {
            throw error(parts[0], expected: "a sampling rate from 0.001 to 1000000 Hz")
        }
        let baseCounter = try counter.map { try number($0, "a counter value in brackets") }
        guard parts.count > 1 else { return (rate, nil, baseCounter) }
        let counterFrequency = try number(parts[1], "a counter frequency in Hz")
        // WFDB replaces 0 and less by the sampling rate.
        return (rate, counterFrequency > 0 ? counterFrequency : nil, baseCounter)
    }

    /// Splits `200(1024)`.
    func brackets(_ text: Substring, _ name: String) throws -> (before: Substring, inside: Substring?) {
        guard let open = text.firstIndex(of: "(") else { return (text, nil) }
        guard text.last == ")" else { throw error(text, expected: name) }
        return (text[..<open], text[text.index(after: open)...].dropLast())
    }

    /// Parses `12:30:05.250`, `30:05` or `05`.
    private func time(_ text: Substring) throws -> DateComponents {
        let expected = "a time of day, hours:minutes:seconds"
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1 ... 3).contains(parts.count) else { throw error(text, expected: expected) }
        let seconds = try number(parts[parts.count - 1], expected)
        let whole = try parts.dropLast().map { try integer($0, in: 0 ... 59, expected) }
        let minute = whole.last ?? 0
        let hour = whole.count == 2 ? whole[0] : 0
        guard seconds >= 0, seconds < 60, hour < 24 else { throw error(text, expected: expected) }
        // Microseconds: more digits than any header has.
        let nanosecond = min(Int((seconds.truncatingRemainder(dividingBy: 1) * 1e6).rounded()), 999_999) * 1000
        return DateComponents(hour: hour, minute: minute, second: Int(seconds), nanosecond: nanosecond)
    }

    /// Parses `28/06/1987`.
    private func date(_ text: Substring) throws -> DateComponents {
        let expected = "a date, day/month/year"
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw error(text, expected: expected) }
        let day = try integer(parts[0], in: 1 ... 31, "a day")
        let month = try integer(parts[1], in: 1 ... 12, "a month")
        return DateComponents(year: try integer(parts[2], in: 0 ... 9999, "a year"), month: month, day: day)
    }
}

extension WFDBHeaderLine {
    /// Parses the line of a signal, for example `100.dat 212x1:0+0 200(1024)/mV 11 1024 995 -22131 0 MLII`.
    func signal() throws -> WFDBHeader.Signal {
        let fields = fields()
        guard fields.count > 1 else { throw error("", expected: "a signal format after the name '\(fields[0])'") }
        var signal = try format(fields[1], file: try name(fields[0]))
        let units = -(1 << 32) ... 1 << 32
        signal.resolution = try integer(fields, at: 3, in: 0 ... 64, "an ADC resolution in bits") ?? 0
        signal.zero = try integer(fields, at: 4, in: units, "the ADC zero") ?? 0
        signal.baseline = signal.zero
        if fields.count > 2 { try readGain(fields[2], &signal) } else { signal.isCalibrated = false }
        signal.initialValue = try integer(fields, at: 5, in: units, "an initial value") ?? signal.zero
        // The records of the 2017 challenge, and others, have 0 for every signal.
        signal.checksum = try integer(fields, at: 6, in: units, "a checksum").flatMap { $0 == 0 ? nil : $0 }
        signal.blockSize = try integer(fields, at: 7, in: 0 ... 1 << 32, "a block size") ?? 0
        // The rest of the line, with the blanks in it.
        let rest = self.fields(limit: 8).dropFirst(8).first?.drop { $0 == " " || $0 == "\t" }
        if let rest { signal.description = String(rest) }
        return signal
    }

    /// Parses `212`, `16x4`, `16x4:2+24`: format, samples per frame, skew and byte offset.
    private func format(_ text: Substring, file: String) throws -> WFDBHeader.Signal {
        var rest = text
        func digits() -> Substring {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return digits
        }
        func integer(after mark: Character, in range: ClosedRange<Int>, _ name: String) throws -> Int? {
            guard rest.first == mark else { return nil }
            rest = rest.dropFirst()
            return try self.integer(digits(), in: range, name)
        }
        let code = try self.integer(digits(), in: 0 ... Int(Int32.max), "a signal format")
        guard let format = WFDBSignalFormat(rawValue: code) else {
            let known = WFDBSignalFormat.allCases.map { String($0.rawValue) }.joined(separator: ", ")
            throw WFDBError.unsupported(path: path, line: number, found: "format \(code)", supported: known)
        }
        let samplesPerFrame = try integer(
            after: "x", in: 1 ... WFDBHeader.samplesPerFrameLimit, "a number of samples per frame")
        let skew = try integer(after: ":", in: 0 ... 1 << 32, "a skew in samples")
        let offset = try integer(after: "+", in: 0 ... 1 << 40, "a byte offset")
        guard rest.isEmpty else { throw error(text, expected: "a signal format such as '16' or '16x4:2+24'") }
        var signal = WFDBHeader.Signal(file: file, format: format, description: file)
        signal.samplesPerFrame = samplesPerFrame ?? 1
        signal.skew = skew ?? 0
        signal.offset = offset ?? 0
        return signal
    }

    /// Parses `200`, `200/mV` or `1000.0(0)/mV`: gain, baseline and units.
    private func readGain(_ text: Substring, _ signal: inout WFDBHeader.Signal) throws {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1, !parts[1].isEmpty { signal.units = String(parts[1]) }
        let (gain, baseline) = try brackets(parts[0], "a gain with its baseline in brackets")
        let value = gain.isEmpty ? 0 : try number(gain, "a gain in ADC units per physical unit")
        guard value == 0 || WFDBHeader.gains.contains(abs(value)) else {
            throw error(gain, expected: "a gain of 0, or from 1e-12 to 1e12")
        }
        // 0 is for a signal that was not calibrated.
        signal.isCalibrated = value != 0
        signal.gain = value == 0 ? WFDBHeader.Signal.standardGain : value
        if let baseline {
            signal.baseline = try integer(baseline, in: -(1 << 32) ... 1 << 32, "a baseline in brackets")
        }
    }
}
