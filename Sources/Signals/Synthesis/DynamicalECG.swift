import Foundation

/// An ECG as the solution of three coupled differential equations: a trajectory on a limit cycle in x and y, with the
/// deflections of the waves in z.
///
///     x′ = α x − ω y        α = 1 − √(x² + y²)        ω = 2π / RR(t)
///     y′ = α y + ω x        θ = atan2(y, x), 0 at an R time
///     z′ = −Σᵢ aᵢ Δθᵢ exp(−Δθᵢ² / 2bᵢ²) − (z − z₀)     z₀ = A sin(2π f t)
///
/// One revolution is one RR interval, from R to R. A wave of amplitude h mV, center c and width s seconds has
/// θᵢ = ω c, bᵢ = ω s and aᵢ = h ω / bᵢ². Its height is therefore h mV at any heart rate. The paper takes Δθ modulo 2π,
/// because all its beats are alike. Here each beat has its own waves and the phase is not wrapped. A late T wave can
/// extend into the next revolution.
///
/// The term −(z − z₀) also returns long waves to the baseline with a time constant of one second, like the high-pass
/// filter of a recorder.
///
/// - Source: McSharry, Clifford, Tarassenko & Smith, IEEE Trans. Biomed. Eng. 50 (2003), equations 1 and 2.
public struct DynamicalECG: Sendable, Equatable {
    /// A in mV, the amplitude of the respiratory variation of z₀.
    public var baselineAmplitude: Double
    /// f in Hz, the respiratory frequency.
    public var respiratoryFrequency: Double

    public init(baselineAmplitude: Double = 0.15, respiratoryFrequency: Double = 0.25) {
        self.baselineAmplitude = baselineAmplitude
        self.respiratoryFrequency = respiratoryFrequency
    }

    /// The maximum integration step in seconds: a third of the width of the narrowest wave, the Q wave.
    static let longestStep = 0.002

    /// Integrates the model with the classical Runge-Kutta method, from rest on the limit cycle.
    ///
    /// - Parameters:
    ///   - sequence: the beats. The first and last RR intervals continue before the first and after the last R.
    ///   - samplingRate: Hz.
    ///   - start: time of the first sample in seconds of the sequence; z is 0 there.
    ///   - count: the number of samples.
    /// - Returns: `count` samples in mV, sample i at `start + i / samplingRate`.
    public func samples(of sequence: BeatSequence, samplingRate: Double, from start: Double, count: Int) -> [Double] {
        precondition(samplingRate > 0, "a sampling rate of \(samplingRate) Hz")
        let steps = Int((1 / (samplingRate * DynamicalECG.longestStep)).rounded(.up))
        var integration = Integration(model: self, sequence: sequence, start: start)
        return (0 ..< max(count, 0)).map { index in
            if index > 0 {
                let from = start + Double(index - 1) / samplingRate
                for step in 1 ... steps {
                    integration.advance(to: from + Double(step) / (samplingRate * Double(steps)))
                }
            }
            return integration.state.z
        }
    }
}

/// A point of the model's space.
private struct State {
    var x: Double
    var y: Double
    var z: Double

    func moved(along slope: State, by step: Double) -> State {
        State(x: x + step * slope.x, y: y + step * slope.y, z: z + step * slope.z)
    }
}

/// The state of an integration, and the waves near its time.
private struct Integration {
    /// A wave at its time in the sequence.
    private struct Source {
        let center: Double
        /// h / s².
        let gain: Double
        /// 1 / 2s².
        let decay: Double
        /// Beyond this distance the wave contributes less than 10⁻⁹ of its height.
        let reach: Double
    }

    let model: DynamicalECG
    private(set) var state: State
    private var time: Double
    private let rTimes: [Double]
    /// The index of the current RR interval; -1 before the first R.
    private var turn = -1
    private let sources: [Source]
    /// The sources that contribute before `nearUntil`.
    private var near: [Source] = []
    private var nearUntil = -Double.infinity

    init(model: DynamicalECG, sequence: BeatSequence, start: Double) {
        self.model = model
        rTimes = sequence.beats.map(\.rTime)
        sources = sequence.beats.flatMap { beat in
            beat.morphology.waves.map { wave in
                Source(
                    center: beat.rTime + wave.center, gain: wave.amplitude / (wave.width * wave.width),
                    decay: 1 / (2 * wave.width * wave.width), reach: 7 * wave.width)
            }
        }
        time = start
        state = State(x: 1, y: 0, z: 0)
        while turn + 1 < rTimes.count, rTimes[turn + 1] <= start { turn += 1 }
        let phase = angularVelocity * (start - turnStart)
        state.x = cos(phase)
        state.y = sin(phase)
    }

    /// The R time at the start of the current RR interval; before the first R, the first R time.
    private var turnStart: Double { rTimes[max(turn, 0)] }

    /// ω of the current RR interval, in radians per second.
    private var angularVelocity: Double {
        let from = min(max(turn, 0), rTimes.count - 2)
        return 2 * .pi / (rTimes[from + 1] - rTimes[from])
    }

    /// Integrates up to `end`. Steps end at R times, where ω changes.
    mutating func advance(to end: Double) {
        while turn + 1 < rTimes.count, rTimes[turn + 1] <= end {
            step(to: rTimes[turn + 1])
            turn += 1
        }
        step(to: end)
    }

    private mutating func step(to end: Double) {
        let length = end - time
        guard length > 0 else { return }
        if end > nearUntil { gatherSources(until: end + 0.03) }
        let first = slope(at: state, time: time)
        let second = slope(at: state.moved(along: first, by: length / 2), time: time + length / 2)
        let third = slope(at: state.moved(along: second, by: length / 2), time: time + length / 2)
        let fourth = slope(at: state.moved(along: third, by: length), time: end)
        state.x += length / 6 * (first.x + 2 * second.x + 2 * third.x + fourth.x)
        state.y += length / 6 * (first.y + 2 * second.y + 2 * third.y + fourth.y)
        state.z += length / 6 * (first.z + 2 * second.z + 2 * third.z + fourth.z)
        time = end
    }

    private mutating func gatherSources(until end: Double) {
        let from = time
        near = sources.filter { $0.center + $0.reach > from && $0.center - $0.reach < end }
        nearUntil = end
    }

    /// The model's equations.
    private func slope(at state: State, time: Double) -> State {
        let omega = angularVelocity
        let alpha = 1 - (state.x * state.x + state.y * state.y).squareRoot()
        // The time gives the number of revolutions; atan2 gives the phase within one.
        let expected = omega * (time - turnStart)
        let deviation = remainder(atan2(state.y, state.x) - expected, 2 * .pi)
        // Compares times (Δθ / ω) instead of angles, because all angles of a revolution have the factor ω.
        let passed = turnStart + (expected + deviation) / omega
        var push = 0.0
        for source in near {
            let distance = passed - source.center
            push -= source.gain * distance * exp(-distance * distance * source.decay)
        }
        let target = model.baselineAmplitude * sin(2 * .pi * model.respiratoryFrequency * time)
        return State(
            x: alpha * state.x - omega * state.y, y: alpha * state.y + omega * state.x,
            z: push - (state.z - target))
    }
}
