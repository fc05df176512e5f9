import Foundation

extension WFDBHeader {
    /// Parses the content of a header.
    ///
    /// - Parameter path: the file's path, for errors.
    init(parsing data: Data, path: String) throws {
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
