import Foundation

/// A check of the limb leads' names and of the arms' electrodes.
///
/// Einthoven's and Goldberger's laws hold in every heart: I + III − II, aVR + (I + II)/2, aVL − (I − III)/2 and
/// aVF − (II + III)/2 vanish. A lead under another's name breaks them, and the exchange that mends them is the finding.
/// Electrodes exchanged on the body keep all laws: exchanged arms are recognized by the shape of lead I, which is then
/// opposite to that of the lateral chest leads.
///
/// Limits: the exchange of I and III alone keeps the first law, and is seen only where augmented leads are there. An
/// exchange of two leads that look the same changes nothing. The arms' electrodes are not judged without a lateral
/// chest lead, nor where lead I is too low or lies across the chest leads.
public struct LimbLeadCheck: Sendable, Equatable {
    public enum Finding: Sendable, Equatable {
        /// Two leads have each other's names, for example I and II.
        case leadsExchanged(String, String)
        /// A lead is upside down.
        case leadInverted(String)
        /// The electrodes of the left and the right arm are exchanged: I is inverted, II and III as well as aVR and aVL
        /// are exchanged. A heart on the right side of the chest looks alike in the limb leads.
        case armElectrodesExchanged
    }

    /// Checks that the signals do not allow.
    public enum Limit: Sendable, Equatable {
        /// Fewer than three of the leads I, II, III are there at the same time.
        case limbLeadsMissing
        /// The exchange of I and III alone cannot be seen without aVR, aVL or aVF.
        case augmentedLeadsMissing
        /// The leads are so alike that their exchange cannot be seen.
        case leadsAlike(String, String)
        /// The arms' electrodes cannot be judged without V5 or V6.
        case lateralChestLeadsMissing
        /// The arms' electrodes cannot be judged: lead I is too low.
        case leadITooLow
    }

    public let finding: Finding?
    public let limits: [Limit]
    /// The power of the signals over that of the laws' remainders in dB; nil where the laws cannot be tested.
    public let agreement: Double?
    /// The evidence for exchanged arm electrodes: above 0 they are exchanged; nil where they cannot be judged.
    public let armScore: Double?

    /// - Parameters:
    ///   - recording: the leads by name, whatever the case.
    ///   - beats: found in the same recording.
    public init(_ recording: Recording, beats: Beats) {
        let laws = LimbLeadLaws(recording, beats: beats)
        let arms = ArmElectrodeScore(recording, beats: beats)
        agreement = laws?.agreement
        var limits = laws?.limits ?? [.limbLeadsMissing]
        if let limit = arms.limit { limits.append(limit) }
        self.limits = limits
        if let broken = laws?.finding {
            finding = broken
            armScore = nil
        } else {
            armScore = arms.score
            finding = (arms.score ?? -1) > 0 ? .armElectrodesExchanged : nil
        }
    }
}
