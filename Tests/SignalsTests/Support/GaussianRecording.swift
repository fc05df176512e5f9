import Foundation
import LinearAlgebra
import Signals

/// Recordings of known beats for the tests: sums of Gaussian waves, with disturbances on request.
struct GaussianRecording {
    /// A wave: mV, seconds from the R peak, seconds of standard deviation.
    struct Wave {
        let height: Double
        let place: Double
        let width: Double
    }

    static let normal = [
        Wave(height: 0.12, place: -0.16, width: 0.022), Wave(height: -0.1, place: -0.028, width: 0.008),
        Wave(height: 1, place: 0, width: 0.011), Wave(height: -0.22, place: 0.028, width: 0.01),
        Wave(height: 0.3, place: 0.27, width: 0.045),
    ]
    /// A wide complex of the opposite direction, without a P wave.
    static let ventricular = [
        Wave(height: -1.3, place: 0, width: 0.035), Wave(height: 0.7, place: 0.09, width: 0.04),
        Wave(height: 0.5, place: 0.33, width: 0.06),
    ]

    let samplingRate: Double
    let duration: Double
    /// Seconds of the R peaks.
    var beats: [Double]
    /// Which beats are ventricular.
    var ventricular: Set<Int> = []
    /// The scale of each lead.
    var scales: [Double] = [1]
    /// Standard deviation of white noise, mV.
    var noise = 0.0
    /// mV at 50 Hz or another frequency.
    var powerline = 0.0
    var powerlineFrequency = 50.0
    /// mV at 0.25 Hz.
    var wander = 0.0
    var seed: UInt64 = 1

    init(samplingRate: Double, duration: Double, interval: Double, start: Double = 0.4) {
        self.samplingRate = samplingRate
        self.duration = duration
        beats = Array(stride(from: start, to: duration - 0.1, by: interval))
    }

    /// Samples of the R peaks.
    var expected: [Int] { beats.map { Int(($0 * samplingRate).rounded()) } }

    func recording() -> Recording {
        let count = Int(duration * samplingRate)
        var shape = [Double](repeating: 0, count: count)
        for (index, beat) in beats.enumerated() {
            for wave in ventricular.contains(index) ? Self.ventricular : Self.normal {
                let center = (beat + wave.place) * samplingRate
                let reach = 5 * wave.width * samplingRate
                for place in max(0, Int(center - reach)) ..< max(0, min(count, Int(center + reach) + 1)) {
                    let distance = (Double(place) - center) / (wave.width * samplingRate)
                    shape[place] += wave.height * exp(-distance * distance / 2)
                }
            }
        }
        return Recording(
            samplingRate: samplingRate,
            leads: scales.enumerated().map { lead, scale in
                var generator = SeededGenerator(seed: seed, purpose: "noise", index: lead)
                return Recording.Lead(
                    name: "lead \(lead)",
                    samples: (0 ..< count).map { place in
                        let time = Double(place) / samplingRate
                        let disturbance =
                            powerline * sin(2 * .pi * powerlineFrequency * time) + wander * sin(2 * .pi * 0.25 * time)
                        // Twelve uniform values make about a normal one.
                        let white =
                            noise == 0 ? 0 : (0 ..< 12).reduce(0.0) { sum, _ in sum + generator.uniform() } - 6
                        return Float(scale * shape[place] + disturbance + noise * white)
                    })
            })
    }
}

extension Recording {
    /// The recording with each lead's samples changed.
    func mapped(_ change: (Int, [Float]) -> [Float]) -> Recording {
        Recording(
            samplingRate: samplingRate,
            leads: leads.enumerated().map { Lead(name: $1.name, samples: change($0, $1.samples)) })
    }

    func only(_ numbers: [Int]) -> Recording {
        Recording(samplingRate: samplingRate, leads: numbers.map { leads[$0] })
    }
}
