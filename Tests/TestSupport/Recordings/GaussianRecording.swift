import Foundation
import LinearAlgebra
import Signals

/// Recordings of known beats for the tests: sums of Gaussian waves, with disturbances on request.
package struct GaussianRecording {
    /// A wave: mV, seconds from the R peak, seconds of standard deviation.
    package struct Wave {
        package let height: Double
        package let place: Double
        package let width: Double

        package init(height: Double, place: Double, width: Double) {
            (self.height, self.place, self.width) = (height, place, width)
        }
    }

    package static let pWave = Wave(height: 0.12, place: -0.16, width: 0.022)
    package static let normal = [
        pWave, Wave(height: -0.1, place: -0.028, width: 0.008),
        Wave(height: 1, place: 0, width: 0.011), Wave(height: -0.22, place: 0.028, width: 0.01),
        Wave(height: 0.3, place: 0.27, width: 0.045),
    ]
    /// A wide complex of the opposite direction, without a P wave.
    package static let ventricular = [
        Wave(height: -1.3, place: 0, width: 0.035), Wave(height: 0.7, place: 0.09, width: 0.04),
        Wave(height: 0.5, place: 0.33, width: 0.06),
    ]

    package let samplingRate: Double
    package let duration: Double
    /// Seconds of the R peaks.
    package var beats: [Double]
    /// The waves of a usual beat.
    package var waves = GaussianRecording.normal
    /// Which beats are ventricular.
    package var ventricular: Set<Int> = []
    /// Seconds of P waves without a QRS complex.
    package var lonePWaves: [Double] = []
    /// The names of the leads; `lead 0` and so on without them.
    package var names: [String] = []
    /// The scale of each lead.
    package var scales: [Double] = [1]
    /// Standard deviation of white noise, mV.
    package var noise = 0.0
    /// mV at 50 Hz or another frequency.
    package var powerline = 0.0
    package var powerlineFrequency = 50.0
    /// mV at 0.25 Hz.
    package var wander = 0.0
    package var seed: UInt64 = 1

    package init(samplingRate: Double, duration: Double, interval: Double, start: Double = 0.4) {
        self.init(
            samplingRate: samplingRate, duration: duration,
            beats: Array(stride(from: start, to: duration - 0.1, by: interval)))
    }

    /// - Parameter beats: seconds of the R peaks.
    package init(samplingRate: Double, duration: Double, beats: [Double]) {
        self.samplingRate = samplingRate
        self.duration = duration
        self.beats = beats
    }

    /// Samples of the R peaks.
    package var expected: [Int] { beats.map { Int(($0 * samplingRate).rounded()) } }

    package func recording() -> Recording {
        let count = Int(duration * samplingRate)
        var shape = [Double](repeating: 0, count: count)
        func add(_ wave: Wave, at time: Double) {
            let center = (time + wave.place) * samplingRate
            let reach = 5 * wave.width * samplingRate
            for place in max(0, Int(center - reach)) ..< max(0, min(count, Int(center + reach) + 1)) {
                let distance = (Double(place) - center) / (wave.width * samplingRate)
                shape[place] += wave.height * exp(-distance * distance / 2)
            }
        }
        for (index, beat) in beats.enumerated() {
            for wave in ventricular.contains(index) ? Self.ventricular : waves { add(wave, at: beat) }
        }
        for time in lonePWaves { add(Wave(height: Self.pWave.height, place: 0, width: Self.pWave.width), at: time) }
        return Recording(
            samplingRate: samplingRate,
            leads: scales.enumerated().map { lead, scale in
                var generator = SeededGenerator(seed: seed, purpose: "noise", index: lead)
                return Recording.Lead(
                    name: lead < names.count ? names[lead] : "lead \(lead)",
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
    package func mapped(_ change: (Int, [Float]) -> [Float]) -> Recording {
        Recording(
            samplingRate: samplingRate,
            leads: leads.enumerated().map { Lead(name: $1.name, samples: change($0, $1.samples)) })
    }

    package func only(_ numbers: [Int]) -> Recording {
        Recording(samplingRate: samplingRate, leads: numbers.map { leads[$0] })
    }
}
