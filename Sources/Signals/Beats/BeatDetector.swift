import Foundation

/// Finds the beats of a recording in any lead and over all leads.
///
/// ```swift
/// let beats = BeatDetector().beats(in: recording)
/// ```
public struct BeatDetector: Sendable {
    /// Sampling rates that the detector works with, in Hz.
    public static let samplingRates = 60.0 ... 50_000.0
    /// Seconds.
    public static let shortestDuration = 1.0

    var selection = QRSSelection()

    public init() {}

    func complexes<Source: SampleSource>(in source: Source) throws(Source.Failure) -> [QRSDetection.Complex] {
        var detection = QRSDetection(samplingRate: source.samplingRate)
        detection.selection = selection
        var found: [QRSDetection.Complex] = []
        for piece in detection.pieces(of: source.sampleCount) {
            let leads = try source.samples(in: piece.read).map {
                WorkingLead($0, factor: detection.factor, rate: detection.rate)
            }
            found += detection.complexes(in: leads, piece: piece)
        }
        return found
    }

    /// Returns the fiducial points of the QRS complexes, ascending samples of the source.
    public func samples<Source: SampleSource>(in source: Source) throws(Source.Failure) -> [Int] {
        try complexes(in: source).map(\.sample)
    }
}
