import Files
import Foundation

/// The header of a WFDB record: its sampling rate, and its signals or segments.
///
/// - Source: WFDB Applications Guide, header(5).
public struct WFDBHeader: Sendable, Equatable {
    /// A signal and its place in a signal file.
    public struct Signal: Sendable, Equatable {
        /// The name of its signal file, in the folder of the header; `~` if it has none.
        public var file: String
        public var format: WFDBSignalFormat
        /// Samples in each frame; the frames of all signals have the same duration.
        public var samplesPerFrame = 1
        /// Frames by which the signal lags in its file: frame t of the record is frame t + `skew` of the file.
        public var skew = 0
        /// Bytes in the file before the first sample; samples if the format is compressed.
        public var offset = 0
        /// ADC units per physical unit; 200 if the header has none. A negative gain inverts the signal.
        public var gain = Signal.standardGain
        /// False if the header has no gain, or 0.
        public var isCalibrated = true
        /// The ADC value of 0 physical units.
        public var baseline = 0
        public var units = "mV"
        /// Bits of the ADC; 0 if unknown.
        public var resolution = 0
        /// The ADC value in the middle of the ADC's range.
        public var zero = 0
        /// The first sample in ADC units; format 8 starts from it.
        public var initialValue = 0
        /// The sum of all samples, modulo 2¹⁶; nil if the header has none, or 0.
        public var checksum: Int?
        /// Bytes per block of the device that stores the file; 0 for a normal file.
        public var blockSize = 0
        public var description: String

        static let standardGain = 200.0
        /// The file name of a signal without samples.
        static let noFile = "~"

        /// True if no sample of the signal is stored.
        var isNull: Bool { format == .null || file == Self.noFile }

        /// Millivolts per physical unit; nil if the units are not those of a voltage.
        var millivolts: Double? {
            switch units.lowercased() {
            case "mv": 1
            case "uv", "µv", "μv": 1e-3
            case "v": 1e3
            default: nil
            }
        }
    }

    /// A part of a multi-segment record.
    public struct Segment: Sendable, Equatable {
        /// The name of its record, in the folder of the header; `~` for a gap.
        public var name: String
        /// Frames.
        public var frameCount: Int

        var isGap: Bool { name == "~" }
    }

    public var record: String
    /// Frames per second, in Hz.
    public var samplingRate: Double
    /// Counter ticks per second; the sampling rate if the header has none.
    public var counterFrequency: Double
    /// The counter at the first sample.
    public var baseCounter = 0.0
    /// Frames, which are samples of each signal with one sample per frame; nil if the header has no count.
    public var frameCount: Int?
    /// Hour, minute, second and nanosecond of the first sample.
    public var baseTime: DateComponents?
    /// Day, month and year of the first sample.
    public var baseDate: DateComponents?
    /// The number of signals that the first line declares.
    public var signalCount: Int
    /// The signals; none in the header of a multi-segment record.
    public var signals: [Signal] = []
    /// The segments of a multi-segment record; none in other headers.
    public var segments: [Segment] = []
    /// The lines that start with `#`, without it.
    public var comments: [String] = []

    /// True if the record is stored as other records, one after the other.
    public var isMultiSegment: Bool { !segments.isEmpty }

    /// True if each segment has its own choice of the signals, which the first segment lists.
    public var hasVariableLayout: Bool { segments.first.map { $0.frameCount == 0 && !$0.isGap } ?? false }

    /// Date and time of the first sample, as far as the header has them.
    public var start: DateComponents? {
        guard var start = baseTime else { return baseDate }
        (start.day, start.month, start.year) = (baseDate?.day, baseDate?.month, baseDate?.year)
        return start
    }

    static let signalLimit = 256
    static let segmentLimit = 1 << 16
    static let samplesPerFrameLimit = 10_000
    /// Hz.
    static let rates = 1e-3 ... 1e6
    /// Magnitudes of gains: samples of 32 bits in volts stay finite as `Float` in millivolts.
    static let gains = 1e-12 ... 1e12
    /// More frames than any file holds; sums and products with the limits above stay in range.
    static let frameLimit = 1 << 40
}

extension WFDBHeader {
    private static let sizeLimit = 4 << 20

    /// Reads the header at `path`.
    ///
    /// - Parameter path: ends in `.hea`.
    /// - Throws: `FileError`, `WFDBError`.
    public init(contentsOf path: String) throws {
        let data = try FileContent.bytes(of: path, limit: Self.sizeLimit)
        try self.init(parsing: data, path: path)
    }

    /// Returns the paths of a record's header and signal files, and of those of its segments, in the order of the headers.
    ///
    /// - Parameter path: the record's name, or the path of its header.
    /// - Throws: `FileError`, `WFDBError`.
    package static func files(ofRecord path: String) throws -> [String] {
        let path = WFDBPath.header(of: path)
        let header = try WFDBHeader(contentsOf: path)
        var files = [path]
        for signal in header.signals where signal.file != "~" {
            let file = WFDBPath.sibling(signal.file, of: path)
            if !files.contains(file) { files.append(file) }
        }
        for segment in header.segments where !segment.isGap {
            let header = WFDBPath.sibling(segment.name + ".hea", of: path)
            guard !files.contains(header) else { continue }
            // The header of a segment has no segments.
            files += try WFDBHeader(contentsOf: header).isMultiSegment ? [header] : Self.files(ofRecord: header)
        }
        return files
    }
}
