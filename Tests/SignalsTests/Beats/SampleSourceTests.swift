import Foundation
import TestSupport
import Testing

@testable import Signals

@Suite struct SampleSourceTests {
    /// A source that makes its samples as they are asked for, and counts them.
    private final class CountingSource: SampleSource {
        enum Damage: Error { case unreadable }

        let recording: Recording
        let isDamaged: Bool
        var longest = 0

        init(_ recording: Recording, isDamaged: Bool = false) {
            self.recording = recording
            self.isDamaged = isDamaged
        }

        var samplingRate: Double { recording.samplingRate }
        var sampleCount: Int { recording.sampleCount }
        var leadNames: [String] { recording.leadNames }

        func samples(in range: Range<Int>) throws(Damage) -> [[Float]] {
            if isDamaged && range.lowerBound > 0 { throw .unreadable }
            longest = max(longest, range.count)
            return recording.leads.map { Array($0.samples[range]) }
        }
    }

    private var made: GaussianRecording {
        var made = GaussianRecording(samplingRate: 100, duration: 2000, interval: 0.83)
        made.noise = 0.05
        return made
    }

    @Test func `a source that is read in pieces gives the beats of the recording`() throws {
        let recording = made.recording()
        let source = CountingSource(recording)
        let found = try BeatDetector().beats(in: source)
        #expect(found.beats == BeatDetector().beats(in: recording).beats)
        // Five minutes, half of it more at the end, and 24 s to either side.
        #expect(source.longest <= 100 * (450 + 48))
        #expect(source.longest < recording.sampleCount / 3)
    }

    @Test func `an error of the source is passed on`() {
        let source = CountingSource(made.recording(), isDamaged: true)
        #expect(throws: CountingSource.Damage.unreadable) { try BeatDetector().beats(in: source) }
    }

    @Test func `the pieces cover the recording without overlap of their cores`() {
        let detection = QRSDetection(samplingRate: 360)
        for count in [1, 360, 150_000, 648_000, 10_000_000] {
            let pieces = detection.pieces(of: count)
            #expect(pieces.first!.core.lowerBound == 0 && pieces.last!.core.upperBound == count)
            for (piece, next) in zip(pieces, pieces.dropFirst()) {
                #expect(piece.core.upperBound == next.core.lowerBound)
            }
            #expect(pieces.allSatisfy { $0.read.lowerBound % detection.factor == 0 })
            #expect(pieces.allSatisfy { $0.read.contains($0.core.lowerBound) && $0.read.count <= 360 * 500 })
        }
    }
}
