import LinearAlgebra

extension BeatMorphology {
    /// A premature beat from a ventricle: no P wave before it, a QRS complex of 0.12 s or more, ST and T opposite to it.
    ///
    /// The direction depends on which ventricle it comes from: it is upward in the leads that look at the other one.
    /// The sinus node goes on; its P wave lies somewhere in the complex or the T wave.
    ///
    /// - Parameter dissociatedP: seconds after R at which the sinus node's own P wave falls; nil when the beat was
    ///   conducted back to the atria.
    /// - Source: Surawicz et al., AHA/ACCF/HRS Recommendations, part III, Circulation 119 (2009); Goldberger, Clinical
    ///   Electrocardiography, on ventricular premature complexes.
    static func ventricular(
        in view: LeadView, dissociatedP: Double?, using generator: inout SeededGenerator
    ) -> BeatMorphology {
        // From the right ventricle septal leads see it go away (like left bundle branch block), from the left come.
        let upright = generator.uniform() < (view == .lateral ? 0.6 : 0.45)
        let sign = upright ? 1.0 : -1.0
        let height = generator.uniform(in: 0.8 ... 2.2)
        let duration = generator.uniform(in: 0.125 ... 0.18)
        let width = duration / (2 * Wave.visibleReach)
        var waves: [Wave]
        switch generator.uniform() {
        case ..<0.4:  // one broad deflection
            waves = [Wave(.qrs, center: 0, amplitude: sign * height, width: width)]
        case ..<0.75:  // notched or slurred: two humps that overlap
            let gap = generator.uniform(in: 0.035 ... 0.055)
            let second = generator.uniform(in: 0.5 ... 1)
            let narrow = (duration - gap) / (2 * Wave.visibleReach)
            waves = [
                Wave(.qrs, center: -gap / 2, amplitude: sign * height * 0.8, width: narrow),
                Wave(.qrs, center: gap / 2, amplitude: sign * height * 0.8 * second, width: narrow),
            ]
        default:  // a small deflection the other way first
            let lead = generator.uniform(in: 0.1 ... 0.35)
            waves = [
                Wave(.qrs, center: -0.42 * duration, amplitude: -sign * height * lead, width: 0.35 * width),
                Wave(.qrs, center: 0.06 * duration, amplitude: sign * height, width: 0.9 * width),
            ]
        }
        let repolarisation = generator.uniform(in: 0.2 ... 0.45) * height
        let peak = generator.uniform(in: 0.27 ... 0.34)
        waves += [
            Wave(.st, center: 0.5 * (duration / 2 + peak), amplitude: -sign * 0.45 * repolarisation, width: 0.055),
            Wave(.t, center: peak, amplitude: -sign * repolarisation, width: generator.uniform(in: 0.04 ... 0.055)),
        ]
        if let dissociatedP {
            waves.append(Wave(.p, center: dissociatedP, amplitude: 0.1, width: 0.02))
        } else if generator.uniform() < 0.5 {
            let retrograde = generator.uniform(in: 0.13 ... 0.2)
            waves.append(Wave(.p, center: retrograde, amplitude: -generator.uniform(in: 0.04 ... 0.1), width: 0.017))
        }
        return BeatMorphology(waves: waves)
    }
}
