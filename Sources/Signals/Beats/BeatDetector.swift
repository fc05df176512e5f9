import Foundation

/// Finds the beats of a recording in any lead and over all leads.
///
/// ```swift
/// let beats = BeatDetector().beats(in: recording)
/// ```
///
/// There is no learning phase, and the polarity of a lead makes no difference. Leads vote by their signal-to-noise
/// ratio of the moment; a lead without a signal, in a gap or at a rail has no vote. Complexes are grouped by shape
/// before any rule about rhythm gives them a class.
///
/// A recording is read in pieces of five minutes with 24 s to either side. The pieces lie on a fixed grid, so that a
/// source in memory and a source in a file give the same beats. Beyond one piece, memory is needed for about 250
/// bytes per beat and lead.
public struct BeatDetector: Sendable {
    /// Sampling rates that the detector works with, in Hz.
    public static let samplingRates = 60.0 ... 50_000.0
    /// Seconds.
    public static let shortestDuration = 1.0

    var selection = QRSSelection()

    public init() {}

    /// Returns the beats with their clusters, classes and the quality of the leads.
    ///
    /// A recording that cannot be analyzed gives no beats and a `refusal`.
    ///
    /// - Parameter progress: gets shares of the work from 0 to 1.
    /// - Throws: errors of the source; a recording in memory has none.
    public func beats<Source: SampleSource>(
        in source: Source, progress: (Double) -> Void = { _ in }
    ) throws(Source.Failure) -> Beats {
        try beats(at: nil, in: source, progress: progress)
    }

    /// Returns the beats of a recording whose places are known, with their clusters, classes and the quality of the
    /// leads.
    ///
    /// - Parameter samples: a sample near each QRS complex, for example from annotations: ascending, within the
    ///   recording.
    /// - Returns: a beat for each of `samples`, in order; none if the recording cannot be analyzed.
    /// - Throws: errors of the source; a recording in memory has none.
    package func beats<Source: SampleSource>(
        at samples: [Int], in source: Source
    ) throws(Source.Failure) -> Beats {
        precondition(
            zip(samples, samples.dropFirst()).allSatisfy { $0 <= $1 }
                && (samples.first ?? 0) >= 0 && (samples.last ?? 0) < source.sampleCount || samples.isEmpty,
            "samples that are not ascending or outside the recording")
        return try beats(at: samples, in: source) { _ in }
    }

    /// - Parameter samples: nil to find the complexes.
    private func beats<Source: SampleSource>(
        at samples: [Int]?, in source: Source, progress: (Double) -> Void
    ) throws(Source.Failure) -> Beats {
        if let refusal = refusal(of: source) {
            return Beats(
                samplingRate: source.samplingRate, beats: [], clusters: [],
                leads: source.leadNames.map { LeadQuality(name: $0, grade: .missing, reasons: [], coverage: 0) },
                refusal: refusal)
        }
        let search = try QRSSearch(source, selection: selection, places: samples, withShapes: true) {
            progress(0.4 * $0)
        }
        let assembly = BeatAssembly(search)
        progress(0.9)
        return try assembly.beats(in: source)
    }

    /// Returns the middles of the QRS complexes only, ascending samples of the source: without clusters and classes.
    ///
    /// - Throws: errors of the source; a recording in memory has none.
    public func samples<Source: SampleSource>(in source: Source) throws(Source.Failure) -> [Int] {
        guard refusal(of: source) == nil else { return [] }
        return try QRSSearch(source, selection: selection, withShapes: false).complexes.map(\.sample)
    }

    private func refusal<Source: SampleSource>(of source: Source) -> BeatRefusal? {
        if source.leadNames.isEmpty { return .noLeads }
        if !Self.samplingRates.contains(source.samplingRate) {
            return .samplingRate(found: source.samplingRate, expected: Self.samplingRates)
        }
        let duration = Double(source.sampleCount) / source.samplingRate
        if duration < Self.shortestDuration { return .tooShort(found: duration, expected: Self.shortestDuration) }
        return nil
    }
}

/// Reasons why beats cannot be looked for in a recording.
public enum BeatRefusal: Sendable, Equatable {
    /// The recording has no leads.
    case noLeads
    /// The sampling rate, in Hz, is outside the range that the detector can work with.
    case samplingRate(found: Double, expected: ClosedRange<Double>)
    /// The recording is shorter, in seconds, than any rhythm can be seen in.
    case tooShort(found: Double, expected: Double)
    /// No lead has a signal: all are missing, flat or saturated.
    case noSignal
}

extension BeatRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noLeads:
            "the recording has no leads"
        case .samplingRate(let found, let expected):
            """
            the sampling rate is \(found) Hz, expected \(expected.lowerBound)…\(expected.upperBound) Hz: \
            check the rate in the file's header
            """
        case .tooShort(let found, let expected):
            "the recording lasts \(found) s, expected at least \(expected) s"
        case .noSignal:
            "no lead has a signal: all are missing, flat or saturated"
        }
    }
}
