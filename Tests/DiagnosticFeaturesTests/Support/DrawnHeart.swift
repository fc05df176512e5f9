import Foundation
import Signals

/// Recordings of triangular QRS complexes with known heights, P waves and T waves.
enum DrawnHeart {
    /// mV per lead: R, S, T.
    typealias Waves = (r: Double, s: Double, t: Double)

    /// Heights of a heart with a tall R in V5 and a deep S in V1; limb leads obey Einthoven and Goldberger.
    static let usual: [String: Waves] = {
        var waves: [String: Waves] = [
            "I": (0.8, 0.1, 0.3), "II": (1.0, 0.2, 0.4),
            "V1": (0.2, 1.2, -0.1), "V2": (0.4, 1.4, 0.3), "V3": (0.8, 0.9, 0.4), "V4": (1.4, 0.5, 0.4),
            "V5": (1.8, 0.2, 0.3), "V6": (1.2, 0.1, 0.2),
        ]
        let (one, two) = (waves["I"]!, waves["II"]!)
        let mix = { (a: Double, b: Double) in
            Waves(a * one.r + b * two.r, a * one.s + b * two.s, a * one.t + b * two.t)
        }
        waves["III"] = mix(-1, 1)
        waves["aVR"] = mix(-0.5, -0.5)
        waves["aVL"] = mix(1, -0.5)
        waves["aVF"] = mix(-0.5, 1)
        return waves
    }()

    static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    /// mV of a lead at seconds after the middle of the R wave.
    ///
    /// P: 100 ms, 170 ms before. R and S: triangles of 60 ms, 30 ms apart. T: 160 ms, 250 ms after.
    static func value(_ waves: Waves, at time: Double, hasP: Bool = true) -> Double {
        let triangle = { (center: Double, half: Double) in max(0, 1 - abs(time - center) / half) }
        let hump = { (center: Double, half: Double) in
            abs(time - center) < half ? 0.5 + 0.5 * cos(.pi * (time - center) / half) : 0
        }
        return waves.r * triangle(0, 0.03) - waves.s * triangle(0.04, 0.03) + waves.t * hump(0.25, 0.08)
            + (hasP ? 0.15 * hump(-0.17, 0.05) : 0)
    }

    /// A recording of 10 s at 500 Hz.
    ///
    /// - Parameters:
    ///   - times: seconds of the R waves.
    ///   - ventricular: indices of beats that are wide, inverted and without a P wave.
    static func recording(
        leads: [String] = names, times: [Double], ventricular: Set<Int> = [], duration: Double = 10
    ) -> Recording {
        let rate = 500.0
        let leads = leads.map { name in
            let waves = usual[name] ?? usual["II"]!
            var samples = [Double](repeating: 0, count: Int(duration * rate))
            for (beat, time) in times.enumerated() {
                let places = Int((time - 0.6) * rate) ... Int((time + 0.6) * rate) + 1
                for index in places.clamped(to: 0 ... samples.count - 1) {
                    let after = Double(index) / rate - time
                    guard abs(after) < 0.6 else { continue }
                    samples[index] +=
                        ventricular.contains(beat)
                        ? -1.5 * value(waves, at: after / 2, hasP: false) : value(waves, at: after)
                }
            }
            return Recording.Lead(name: name, samples: samples.map(Float.init))
        }
        return Recording(samplingRate: rate, leads: leads)
    }

    /// Regular beats from 0.6 s on.
    static func regularTimes(interval: Double = 0.8, duration: Double = 10) -> [Double] {
        Array(stride(from: 0.6, to: duration - 0.5, by: interval))
    }
}
