/// The limits of rules that no guideline gives, or that readers of real records apply differently.
///
/// `RuleLimitsSharedTests` chooses them on one half of the records and scores the other half.
struct RuleLimits: Sendable, Equatable {
    /// The fibrillation score is ln(irregularity + 0.01) − 0.7 · consistency of the P wave. Above this limit the rhythm
    /// of many leads is atrial fibrillation.
    var fibrillation = -2.9
    /// Added to `fibrillation` for a single lead, less for several.
    var fibrillationInOneLead = 1.2
    /// The interval before an early beat is below this share of the median one.
    var earlyShare = 0.86
    /// ms: a narrower complex is not a ventricular beat.
    var ventricularWidth = 105.0
    /// ms: PR is at least as long in first-degree block. The guideline asks for more than 200; PR is measured in steps
    /// of 2 ms.
    var longPR = 200.0
    /// ms: the QRS complex is at least as wide in left bundle branch block. The recommendations say 120.
    var leftBlockWidth = 140.0
    /// ms: the QRS complex is at least as wide in right bundle branch block.
    var rightBlockWidth = 120.0
    /// mV: the level of V1 late in the complex is higher in right bundle branch block.
    var lateLevel = 0.15
    /// mV: R′ in V1 is higher in incomplete right bundle branch block.
    var secondR = 0.07
    /// Degrees: the axis is farther left in left anterior fascicular block. The recommendations ask for −45°.
    var leftAxis = -30.0
}
