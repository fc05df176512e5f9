/// The segments of a record, of which a single-segment record has one.
struct WFDBSegments {
    struct Segment {
        let reader: WFDBSegmentReader
        /// For each signal of the segment its index in the record's signals; nil if it is none of them.
        let signals: [Int?]
    }

    struct Part {
        let frameCount: Int
        /// The segment in `all`; nil for a gap.
        let segment: Int?
    }

    /// The record's signals.
    let signals: [WFDBHeader.Signal]
    /// Each segment once.
    let all: [Segment]
    /// The record from start to end; a segment may appear more than once.
    let parts: [Part]

    /// Opens all segments.
    ///
    /// - Parameter path: the header's path.
    /// - Throws: `FileError`, `WFDBError`.
    init(of header: WFDBHeader, path: String) throws {
        guard header.isMultiSegment else {
            let reader = try WFDBSegmentReader(header, path: path)
            signals = header.signals
            all = [Segment(reader: reader, signals: Array(signals.indices))]
            parts = [Part(frameCount: reader.frameCount, segment: 0)]
            return
        }
        guard let first = header.segments.first(where: { !$0.isGap }) else { throw WFDBError.noSamples(path: path) }
        signals = try Self.header(of: first, in: header, path: path).signals
        guard signals.count == header.signalCount else {
            throw WFDBError.segment(
                path: path, segment: first.name, found: "\(signals.count) signals", expected: "\(header.signalCount)")
        }
        let isVariable = header.hasVariableLayout
        var all: [Segment] = []
        var known: [String: Int] = [:]
        var parts: [Part] = []
        for segment in header.segments.dropFirst(isVariable ? 1 : 0) {
            guard !segment.isGap, segment.frameCount > 0 else {
                parts.append(Part(frameCount: segment.frameCount, segment: nil))
                continue
            }
            let index = known[segment.name] ?? all.count
            if index == all.count {
                all.append(try Self.open(segment, in: header, signals, path: path))
                known[segment.name] = index
            }
            guard all[index].reader.frameCount >= segment.frameCount else {
                throw WFDBError.segment(
                    path: path, segment: segment.name, found: "\(all[index].reader.frameCount) samples of each signal",
                    expected: "\(segment.frameCount)")
            }
            parts.append(Part(frameCount: segment.frameCount, segment: index))
        }
        (self.all, self.parts) = (all, parts)
    }

    private static func headerPath(of segment: WFDBHeader.Segment, path: String) -> String {
        WFDBPath.sibling(segment.name + ".hea", of: path)
    }

    private static func header(
        of segment: WFDBHeader.Segment, in record: WFDBHeader, path: String
    ) throws -> WFDBHeader {
        let header = try WFDBHeader(contentsOf: headerPath(of: segment, path: path))
        // Without nesting no segment can contain itself.
        guard !header.isMultiSegment else {
            throw WFDBError.segment(
                path: path, segment: segment.name, found: "segments of its own", expected: "a record without segments")
        }
        guard abs(header.samplingRate - record.samplingRate) <= 1e-6 * record.samplingRate else {
            throw WFDBError.segment(
                path: path, segment: segment.name, found: "a sampling rate of \(header.samplingRate) Hz",
                expected: "\(record.samplingRate) Hz")
        }
        return header
    }

    private static func open(
        _ segment: WFDBHeader.Segment, in record: WFDBHeader, _ signals: [WFDBHeader.Signal], path: String
    ) throws -> Segment {
        let header = try header(of: segment, in: record, path: path)
        let reader = try WFDBSegmentReader(header, path: headerPath(of: segment, path: path))
        let places =
            record.hasVariableLayout
            ? places(of: header.signals, in: signals) : try samePlaces(header.signals, segment, signals, path)
        try check(header.signals, places, segment, signals, path)
        return Segment(reader: reader, signals: places)
    }

    /// Finds signals by name; the second one of a name is the second of the record.
    private static func places(of signals: [WFDBHeader.Signal], in all: [WFDBHeader.Signal]) -> [Int?] {
        var free = Dictionary(grouping: all.indices.reversed(), by: { all[$0].description })
        return signals.map { free[$0.description]?.popLast() }
    }

    /// In a fixed layout each segment has the record's signals, in the same order.
    private static func samePlaces(
        _ signals: [WFDBHeader.Signal], _ segment: WFDBHeader.Segment, _ all: [WFDBHeader.Signal], _ path: String
    ) throws -> [Int?] {
        guard signals.count == all.count else {
            throw WFDBError.segment(
                path: path, segment: segment.name, found: "\(signals.count) signals",
                expected: "\(all.count) as in the first segment")
        }
        return Array(all.indices)
    }

    private static func check(
        _ signals: [WFDBHeader.Signal], _ places: [Int?], _ segment: WFDBHeader.Segment, _ all: [WFDBHeader.Signal],
        _ path: String
    ) throws {
        for (signal, place) in zip(signals, places) {
            guard let wanted = place.map({ all[$0] }) else { continue }
            guard signal.samplesPerFrame == wanted.samplesPerFrame else {
                throw WFDBError.segment(
                    path: path, segment: segment.name,
                    found: "\(signal.samplesPerFrame) samples per frame of \(signal.description)",
                    expected: "\(wanted.samplesPerFrame) as in the first segment")
            }
            guard (signal.millivolts == nil) == (wanted.millivolts == nil) else {
                throw WFDBError.segment(
                    path: path, segment: segment.name, found: "\(signal.description) in \(signal.units)",
                    expected: "\(wanted.units) as in the first segment")
            }
        }
    }
}
