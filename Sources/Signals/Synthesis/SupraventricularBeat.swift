import LinearAlgebra

extension SinusBeat {
    /// Makes this a premature beat from elsewhere in the atria or from the AV junction: the P wave is another one or
    /// hidden, the way through the ventricles the same.
    ///
    /// An ectopic atrial focus gives a P of another shape and a PR of 0.12 s or more; a junctional one an inverted P
    /// shortly before, within or after the QRS complex. One in eight finds part of the conduction system still
    /// refractory and is a little wider (aberrant).
    ///
    /// - Source: Goldberger, Clinical Electrocardiography, on premature atrial and junctional complexes.
    mutating func startElsewhere(using generator: inout SeededGenerator) {
        let sinus = pAmplitude
        switch generator.uniform() {
        case ..<0.35:  // a focus low in the atria
            pAmplitude = -generator.uniform(in: 0.06 ... 0.2)
            prInterval = generator.uniform(in: 0.12 ... 0.17)
        case ..<0.65:  // a focus high in the atria
            pAmplitude = (sinus < 0 ? -1 : 1) * generator.uniform(in: 0.05 ... 0.24)
            pDuration *= generator.uniform(in: 0.55 ... 0.85)
            prInterval = generator.uniform(in: 0.12 ... 0.22)
            pNotch = generator.uniform(in: 0 ... 0.6)
        case ..<0.8:  // the junction, atria first
            pAmplitude = -generator.uniform(in: 0.06 ... 0.18)
            prInterval = generator.uniform(in: 0.07 ... 0.11)
        default:  // the junction, both at once
            pAmplitude = 0
        }
        if generator.uniform() < 0.125 {
            let wider = generator.uniform(in: 1.1 ... 1.3)
            r.duration *= wider
            s.duration *= wider
            s.amplitude *= generator.uniform(in: 1 ... 1.6)
        }
    }
}
