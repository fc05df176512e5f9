import LinearAlgebra

extension SinusBeat {
    /// Which ventricle is thick.
    enum Hypertrophy: CaseIterable {
        case left
        case right
    }

    /// Changes the beat by ventricular hypertrophy.
    ///
    /// Left: high voltages away from the septum (Sokolow–Lyon: S in V1 plus R in V5 3.5 mV and more). Most beats have the
    /// strain pattern: ST slopes down into an asymmetric negative T, with its mirror image septally. The QRS complex is
    /// slightly longer, and P of the left atrium is wide and notched (0.12 s). Right: a tall R septally (0.7 mV and R/S above 1) or a
    /// deep S laterally, with strain septally and a tall narrow P (0.25 mV).
    ///
    /// - Source: Hancock et al., AHA/ACCF/HRS Recommendations, part V, Circulation 119 (2009), tables 1 and 2.
    mutating func thicken(_ hypertrophy: Hypertrophy, in view: LeadView, using generator: inout SeededGenerator) {
        let strained = generator.uniform() < 0.9
        switch hypertrophy {
        case .left:
            pDuration = generator.uniform(in: 0.11 ... 0.135)
            pNotch = generator.uniform(in: 0.2 ... 1)
            r.duration *= generator.uniform(in: 1.1 ... 1.3)
            if view == .lateral {
                r.amplitude = generator.uniform(in: 1.9 ... 3.6)
                s.amplitude *= 0.6
                if strained {
                    strain(to: 0.15 ... 0.6, using: &generator)
                } else {
                    tAmplitude *= generator.uniform(in: 0.3 ... 0.9)
                }
            } else {
                pAmplitude = -generator.uniform(in: 0.05 ... 0.14)
                r.amplitude = generator.uniform(in: 0.05 ... 0.3)
                s.amplitude = -generator.uniform(in: 1.8 ... 3.4)
                s.duration *= generator.uniform(in: 1.1 ... 1.3)
                if strained {
                    stLevel = generator.uniform(in: 0.08 ... 0.25)
                    tAmplitude = generator.uniform(in: 0.3 ... 0.8)
                }
            }
        case .right:
            pAmplitude = generator.uniform(in: 0.18 ... 0.34)
            pDuration = generator.uniform(in: 0.07 ... 0.095)
            if view == .lateral {
                r.amplitude *= generator.uniform(in: 0.4 ... 0.7)
                s.amplitude = -r.amplitude * generator.uniform(in: 1 ... 1.8)
                s.duration = generator.uniform(in: 0.036 ... 0.05)
                tAmplitude *= generator.uniform(in: 0.5 ... 1)
            } else {
                r.amplitude = generator.uniform(in: 0.75 ... 2)
                r.duration = generator.uniform(in: 0.042 ... 0.056)
                s.amplitude = -r.amplitude * generator.uniform(in: 0.1 ... 0.6)
                if strained { strain(to: 0.1 ... 0.5, using: &generator) }
            }
        }
    }

    /// ST goes down slowly and T comes back fast.
    private mutating func strain(to depth: ClosedRange<Double>, using generator: inout SeededGenerator) {
        tAmplitude = -generator.uniform(in: depth)
        stLevel = tAmplitude * generator.uniform(in: 0.25 ... 0.6)
        tRise = generator.uniform(in: 0.66 ... 0.76)
    }
}
