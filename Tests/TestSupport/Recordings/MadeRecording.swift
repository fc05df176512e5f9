import Foundation
import LinearAlgebra
import Signals

/// A recording of beats made of pieces whose onsets and ends are known.
///
/// P and T are raised cosines, the QRS complex is a polygon. Times are seconds from the beat's R peak.
package struct MadeRecording {
    package struct Hump {
        package var onset: Double
        package var end: Double
        /// mV.
        package var height: Double

        package init(onset: Double, end: Double, height: Double) {
            (self.onset, self.end, self.height) = (onset, end, height)
        }

        package func value(at time: Double) -> Double {
            guard time > onset, time < end else { return 0 }
            return height * (1 - cos(2 * .pi * (time - onset) / (end - onset))) / 2
        }
    }

    package struct Lead {
        package var name: String
        /// Factors of the three waves.
        package var p = 1.0
        package var qrs = 1.0
        package var t = 1.0

        package init(name: String, p: Double = 1, qrs: Double = 1, t: Double = 1) {
            (self.name, self.p, self.qrs, self.t) = (name, p, qrs, t)
        }
    }

    package init() {}

    package var samplingRate = 500.0
    /// Seconds.
    package var duration = 10.0
    package var rTimes: [Double] = (0 ..< 12).map { 0.6 + 0.8 * Double($0) }
    package var p: Hump? = Hump(onset: -0.20, end: -0.10, height: 0.15)
    /// Corners of the QRS complex: seconds, mV.
    package var qrs: [(time: Double, level: Double)] = [
        (-0.04, 0), (-0.025, -0.12), (0, 1.2), (0.025, -0.35), (0.045, 0),
    ]
    package var t: Hump? = Hump(onset: 0.14, end: 0.36, height: 0.3)
    /// mV, from the end of the QRS complex to the middle of the T wave.
    package var stLevel = 0.0
    package var leads = [Lead(name: "II")]
    /// mV, standard deviation.
    package var noise = 0.0
    /// Added to every lead, at a time in seconds.
    package var background: @Sendable (Double) -> Double = { _ in 0 }

    private func complex(at time: Double) -> Double {
        for (from, to) in zip(qrs, qrs.dropFirst()) where time >= from.time && time < to.time {
            return from.level + (to.level - from.level) * (time - from.time) / (to.time - from.time)
        }
        return 0
    }

    package var recording: Recording {
        let count = Int(duration * samplingRate)
        var generator = SeededGenerator(seed: 3, purpose: "made recording")
        return Recording(
            samplingRate: samplingRate,
            leads: leads.map { lead in
                Recording.Lead(
                    name: lead.name,
                    samples: (0 ..< count).map { sample in
                        let time = Double(sample) / samplingRate
                        var value = background(time) + (noise > 0 ? noise * generator.normal() : 0)
                        for r in rTimes where abs(time - r) < 0.6 {
                            value += lead.p * (p?.value(at: time - r) ?? 0) + lead.qrs * complex(at: time - r)
                            value += lead.t * (t?.value(at: time - r) ?? 0)
                            if let t, let end = qrs.last?.time, time - r >= end, time - r < (t.onset + t.end) / 2 {
                                value += stLevel
                            }
                        }
                        return Float(value)
                    })
            })
    }

    /// The beats, all in one cluster, with fiducial points off by a few ms as a detector's are.
    package var beats: Beats {
        let beats = rTimes.enumerated().map { number, time in
            Beat(
                sample: Int(((time + 0.004 * Double(number % 3 - 1)) * samplingRate).rounded()), cluster: 0,
                beatClass: .normal)
        }
        return Self.beats(beats, samplingRate: samplingRate)
    }

    /// Beats with the clusters that they name, without median beats and without grades of the leads.
    package static func beats(_ beats: [Beat], samplingRate: Double) -> Beats {
        let clusters = Dictionary(grouping: beats.indices, by: { beats[$0].cluster }).sorted { $0.key < $1.key }
        return Beats(
            samplingRate: samplingRate, beats: beats,
            clusters: clusters.map {
                BeatCluster(members: $0.value, medianBeat: MedianBeat(leads: [], fiducial: 0, beatCounts: []))
            },
            leads: [])
    }
}
