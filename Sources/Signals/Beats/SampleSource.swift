/// A recording whose samples can be read piece by piece.
///
/// `BeatDetector` reads a source in pieces of a few minutes and again around single beats. A source that reads from a
/// file therefore needs memory for one piece only, however long the recording is.
public protocol SampleSource {
    /// Errors of reading; `Never` for samples in memory.
    associatedtype Failure: Error = Never
    /// Hz.
    var samplingRate: Double { get }
    /// Samples of each lead.
    var sampleCount: Int { get }
    var leadNames: [String] { get }

    /// Returns the samples of all leads in mV, NaN where nothing was recorded.
    ///
    /// - Parameter range: lies within 0 ..< sampleCount.
    /// - Returns: leads × samples of the range, in the order of `leadNames`.
    func samples(in range: Range<Int>) throws(Failure) -> [[Float]]
}

extension Recording: SampleSource {
    public var leadNames: [String] { leads.map(\.name) }

    public func samples(in range: Range<Int>) -> [[Float]] {
        leads.map { $0.samples(in: range) }
    }
}

extension WFDBRecordReader: SampleSource {
    public typealias Failure = any Error

    public func samples(in range: Range<Int>) throws -> [[Float]] {
        try recording(in: range).leads.map(\.samples)
    }
}
