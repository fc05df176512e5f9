extension BeatMorphology {
    /// The beat that comes out when a wavefront from the sinus node and one from a ventricle meet: each activates its
    /// part of the muscle, so the complex is a weighted sum that lies between its two parents in shape and duration.
    ///
    /// The P wave is the sinus beat's, since the sinus impulse did arrive.
    ///
    /// - Parameters:
    ///   - share: of the ventricular wavefront, 0 to 1.
    ///   - delay: seconds by which it comes after the sinus node's; negative when it comes before.
    /// - Source: Goldberger, Clinical Electrocardiography, on fusion beats.
    static func fusion(of sinus: BeatMorphology, with ventricular: BeatMorphology, share: Double, delay: Double)
        -> BeatMorphology
    {
        precondition((0 ... 1).contains(share), "a share of \(share)")
        // The ventricular wavefront is stopped where the other one has been: its complex is cut short.
        let shortening = 0.65 + 0.35 * share
        let own = sinus.waves.map { wave in
            wave.kind == .p ? wave : wave.scaled(amplitude: 1 - share, time: 1)
        }
        let foreign = ventricular.waves.filter { $0.kind != .p }.map { wave in
            var wave = wave.scaled(amplitude: share, time: wave.kind == .qrs ? shortening : 1)
            wave.center += delay
            return wave
        }
        return BeatMorphology(waves: own + foreign)
    }
}

extension Wave {
    fileprivate func scaled(amplitude factor: Double, time: Double) -> Wave {
        Wave(kind, center: center * time, amplitude: amplitude * factor, width: width * time)
    }
}
