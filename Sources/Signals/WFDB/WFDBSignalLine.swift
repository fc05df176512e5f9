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
