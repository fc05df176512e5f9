import Foundation

extension WFDBHeader {
    /// The header as a file's text, without segments.
    var text: String {
        precondition(!isMultiSegment, "a header of segments")
        var first = "\(record) \(signals.count) \(WFDBNumber.text(samplingRate))"
        if counterFrequency != samplingRate || baseCounter != 0 {
            first += "/\(WFDBNumber.text(counterFrequency))(\(WFDBNumber.text(baseCounter)))"
        }
        first += " \(frameCount ?? 0)"
        if baseTime?.hour != nil || baseDate?.day != nil {
            first += " " + Self.text(ofTime: baseTime ?? DateComponents())
            if let day = baseDate?.day, let month = baseDate?.month, let year = baseDate?.year {
                first += String(format: " %02d/%02d/%04d", day, month, year)
            }
        }
        let lines = [first] + signals.map(\.line) + comments.flatMap(Self.lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(ofTime time: DateComponents) -> String {
        let text = String(format: "%02d:%02d:%02d", time.hour ?? 0, time.minute ?? 0, time.second ?? 0)
        guard let nanosecond = time.nanosecond, nanosecond > 0 else { return text }
        return text + String(format: ".%06d", nanosecond / 1000)
    }

    /// A line for each line of a comment.
    private static func lines(of comment: String) -> [String] {
        comment.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "# \($0)" }
    }
}

extension WFDBHeader.Signal {
    /// The signal's line, with every field.
    fileprivate var line: String {
        var storage = "\(format.rawValue)"
        if samplesPerFrame != 1 { storage += "x\(samplesPerFrame)" }
        if skew != 0 { storage += ":\(skew)" }
        if offset != 0 { storage += "+\(offset)" }
        let scale = "\(WFDBNumber.text(gain))(\(baseline))/\(units)"
        // Line breaks and tabs would end the name.
        let name = description.map { $0.isNewline || $0.isWhitespace ? " " : String($0) }.joined()
            .trimmingCharacters(in: .whitespaces)
        return "\(file) \(storage) \(scale) \(resolution) \(zero) \(initialValue) \(checksum ?? 0) \(blockSize) \(name)"
    }
}

/// Numbers in headers and annotation files.
enum WFDBNumber {
    /// The shortest text that reads back as `value`, without an exponent, which not all WFDB programs read.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        let text = "\(value)"
        guard text.contains("e") else { return text }
        let plain = String(format: "%.20f", value)
        return String(plain.reversed().drop { $0 == "0" }.reversed())
    }
}
