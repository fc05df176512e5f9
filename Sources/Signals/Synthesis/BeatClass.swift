/// What a synthetic beat is an example of.
public enum BeatClass: String, Sendable, CaseIterable {
    /// A sinus beat of a heart without findings.
    case normal
    /// A premature beat from the atria or the AV junction.
    case supraventricular
    /// A premature beat from a ventricle.
    case ventricular
    /// A sinus beat of a heart with a recent or old myocardial infarction.
    case infarction
    /// A sinus beat of a heart with a thickened ventricle.
    case hypertrophy
    /// A beat in which a sinus and a ventricular wavefront meet.
    case fusion
}

/// From where the electrode looks at the heart, as far as it changes the shapes.
public enum LeadView: Sendable, CaseIterable {
    /// Leads such as II, I, V5, V6: the normal QRS complex is mainly upright.
    case lateral
    /// Leads such as V1 and V2: the normal QRS complex is mainly downward (rS).
    case septal
}
