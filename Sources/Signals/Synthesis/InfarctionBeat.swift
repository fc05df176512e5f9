import LinearAlgebra

extension SinusBeat {
    /// The age of an infarction, and whether the electrode faces its wall.
    enum Infarction: CaseIterable {
        /// Hours: the injury current lifts ST into T.
        case acute
        /// Days: Q has come, ST comes down, T turns over.
        case evolving
        /// Months and more: Q stays.
        case old
        /// Without ST elevation: ST depression and a symmetric negative T.
        case subendocardial
        /// The opposite wall, seen as its mirror image.
        case opposite
    }

    /// Changes the beat by a myocardial infarction.
    ///
    /// Pathological Q: 0.03 s or longer and 0.1 mV or deeper, or QS; septally any Q of 0.02 s or QS. ST elevation at J:
    /// 0.1 mV, septally 0.15–0.25 mV by age and sex; depression 0.05 mV.
    ///
    /// - Source: Thygesen et al., Fourth Universal Definition of Myocardial Infarction, Circulation 138 (2018), tables
    ///   1 and 2 of the ECG section; Wagner et al., AHA/ACCF/HRS Recommendations, part VI, Circulation 119 (2009).
    mutating func infarct(_ infarction: Infarction, in view: LeadView, using generator: inout SeededGenerator) {
        switch infarction {
        case .acute:
            loseForce(by: generator.uniform(in: 0.2 ... 0.6), in: view)
            if generator.uniform() < 0.5 { deepenQ(to: 0.1 ... 0.3, in: view, using: &generator) }
            elevate(to: view == .septal ? 0.25 ... 0.6 : 0.18 ... 0.45, using: &generator)
            tAmplitude = stLevel + generator.uniform(in: 0.05 ... 0.5)
            qtInterval *= generator.uniform(in: 0.97 ... 1.06)
            tRise = 0.52
        case .evolving:
            loseForce(by: generator.uniform(in: 0.35 ... 0.7), in: view)
            deepenQ(to: 0.2 ... 0.6, in: view, using: &generator)
            elevate(to: view == .septal ? 0.15 ... 0.35 : 0.1 ... 0.28, using: &generator)
            invertT(to: 0.15 ... 0.6, using: &generator)
        case .old:
            loseForce(by: generator.uniform(in: 0.35 ... 0.7), in: view)
            deepenQ(to: 0.25 ... 0.7, in: view, using: &generator)
            stLevel = generator.uniform(in: -0.02 ... 0.08)
            if generator.uniform() < 0.75 {
                invertT(to: 0.05 ... 0.3, using: &generator)
            } else {
                tAmplitude *= generator.uniform(in: 0 ... 0.4)
            }
        case .subendocardial:
            stLevel = -generator.uniform(in: 0.07 ... 0.25)
            invertT(to: 0.12 ... 0.5, using: &generator)
        case .opposite:
            stLevel = -generator.uniform(in: 0.1 ... 0.3)
            if view == .septal {  // a posterior wall: its lost forces make R tall, its T upright
                r.amplitude *= generator.uniform(in: 2 ... 3.5)
                r.duration = generator.uniform(in: 0.045 ... 0.06)
                s.amplitude *= generator.uniform(in: 0.3 ... 0.7)
                tAmplitude = generator.uniform(in: 0.25 ... 0.6)
            } else {
                tAmplitude = -generator.uniform(in: 0.05 ... 0.25)
            }
        }
    }

    /// Dead muscle no longer draws the vector towards the electrode.
    private mutating func loseForce(by share: Double, in view: LeadView) {
        r.amplitude *= 1 - share
        if view == .lateral { s.amplitude *= 1 - 0.5 * share }
    }

    private mutating func deepenQ(
        to depth: ClosedRange<Double>, in view: LeadView, using generator: inout SeededGenerator
    ) {
        if view == .septal {  // R is gone: QS
            r.amplitude = -0.4 * abs(s.amplitude)
            r.duration = max(r.duration, 0.05)
        } else {
            q.amplitude = -max(generator.uniform(in: depth), 0.3 * r.amplitude)
            q.duration = generator.uniform(in: 0.036 ... 0.052)
        }
    }

    private mutating func elevate(to level: ClosedRange<Double>, using generator: inout SeededGenerator) {
        stLevel = generator.uniform(in: level)
        s.amplitude += 0.5 * stLevel
        if s.amplitude > 0 { s.amplitude = 0 }
    }

    private mutating func invertT(to depth: ClosedRange<Double>, using generator: inout SeededGenerator) {
        tAmplitude = -generator.uniform(in: depth)
        tRise = generator.uniform(in: 0.47 ... 0.53)
        qtInterval *= generator.uniform(in: 1 ... 1.1)
    }
}
