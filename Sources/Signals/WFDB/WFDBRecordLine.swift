import Foundation

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
