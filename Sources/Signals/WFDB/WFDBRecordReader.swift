import Files

/// Reads a WFDB record in pieces, so that a long one needs little memory.
///
/// ```swift
/// let reader = try WFDBRecordReader("100")
/// for start in stride(from: 0, to: reader.sampleCount, by: 100_000) {
///     let piece = try reader.recording(in: start ..< min(start + 100_000, reader.sampleCount))
///     print(piece.duration)
/// }
/// ```
///
/// Multi-segment records are read as one, with NaN in gaps and where a segment lacks a lead. If signals have several
/// samples per frame, the leads have as many as the signal in mV with most; other signals repeat theirs, as WFDB's
/// high-resolution mode does.
public struct WFDBRecordReader: Sendable {
    public let header: WFDBHeader
    /// Samples per second of every lead.
    public let samplingRate: Double
    /// Samples of every lead.
    public let sampleCount: Int
    /// The names of the leads: the signals that are voltages.
    public let leadNames: [String]
    /// The names of the other signals.
    public let otherSignals: [String]

    /// Samples per frame of the leads.
    private let rate: Int
    private let segments: [Segment]
    private let parts: [Part]

    private struct Segment {
        let reader: WFDBSegmentReader
        /// The lead of each signal; nil for signals that are none.
        let leads: [Int?]
    }

    private struct Part {
        let frames: Range<Int>
        /// Nil for a gap.
        let segment: Int?
    }

    /// Opens a record: reads its headers and checks the sizes of its signal files.
    ///
    /// - Parameter path: the record's name, or the path of its header.
    /// - Throws: `FileError`, `WFDBError`.
    public init(_ path: String) throws {
        let path = WFDBPath.header(of: path)
        let header = try WFDBHeader(contentsOf: path)
        let segments = try WFDBSegments(of: header, path: path)
        let signals = segments.signals
        // The lead of each signal.
        var leads: [Int?] = []
        for signal in signals {
            leads.append(signal.millivolts == nil ? nil : leads.count { $0 != nil })
        }
        guard leads.contains(where: { $0 != nil }) else {
            throw WFDBError.noVoltage(path: path, units: signals.map(\.units))
        }
        let names = zip(signals, leads)
        leadNames = names.filter { $1 != nil }.map(\.0.description)
        otherSignals = names.filter { $1 == nil }.map(\.0.description)
        rate = names.filter { $1 != nil }.map(\.0.samplesPerFrame).max() ?? 1
        self.header = header
        samplingRate = header.samplingRate * Double(rate)
        var end = 0
        parts = segments.parts.map { part in
            defer { end += part.frameCount }
            return Part(frames: end ..< end + part.frameCount, segment: part.segment)
        }
        self.segments = segments.all.map { segment in
            Segment(reader: segment.reader, leads: segment.signals.map { $0.flatMap { leads[$0] } })
        }
        guard end > 0 else { throw WFDBError.noSamples(path: path) }
        sampleCount = end * rate
    }

    /// Reads a piece of the record.
    ///
    /// Checksums are verified for each segment that the piece contains.
    ///
    /// - Parameter range: samples of each lead, within 0 ..< `sampleCount`.
    /// - Throws: `FileError`, `WFDBError`.
    public func recording(in range: Range<Int>) throws -> Recording {
        precondition(range.lowerBound >= 0 && range.upperBound <= sampleCount, "samples \(range) of \(sampleCount)")
        let frames = range.lowerBound / rate ..< (range.upperBound + rate - 1) / rate
        var leads = leadNames.map { _ in [Float](repeating: .nan, count: frames.count * rate) }
        for part in parts where part.frames.overlaps(frames) {
            guard let segment = part.segment.map({ segments[$0] }) else { continue }
            let wanted = frames.clamped(to: part.frames)
            let start = part.frames.lowerBound
            try segment.reader.read(
                wanted.lowerBound - start ..< wanted.upperBound - start, into: &leads, targets: segment.leads,
                start: wanted.lowerBound - frames.lowerBound, rate: rate)
        }
        let first = frames.lowerBound * rate
        if range != first ..< frames.upperBound * rate {
            leads = leads.map { Array($0[range.lowerBound - first ..< range.upperBound - first]) }
        }
        return Recording(
            samplingRate: samplingRate, leads: zip(leadNames, leads).map { Recording.Lead(name: $0, samples: $1) })
    }

    /// Reads all segments and verifies the checksums that their headers have.
    ///
    /// - Throws: `FileError`, `WFDBError.checksum`.
    public func verifyChecksums() throws {
        var none: [[Float]] = []
        for segment in segments {
            try segment.reader.read(
                0 ..< segment.reader.frameCount, into: &none, targets: segment.leads.map { _ in nil }, start: 0,
                rate: rate)
        }
    }

    /// Reads the record's annotations by one annotator, with the sample of each in this reader's leads.
    ///
    /// - Parameters:
    ///   - annotator: the extension of the file, for example `atr`.
    ///   - record: the record's name, or the path of its header.
    /// - Throws: `FileError`, `WFDBError`.
    public func annotations(_ annotator: String, of record: String) throws -> [WFDBAnnotation] {
        try WFDBAnnotations(contentsOf: WFDBPath.annotations(annotator, of: record))
            .annotations(at: samplingRate, unlessGiven: header.samplingRate)
    }
}
