import Foundation

/// Gives each beat its AAMI class by rules: shape, width and prematurity relative to the patient's usual beat.
///
/// Limits were set on one half of `mitdb-ds1` and `svdb` by record and checked on the other.
struct BeatRules {
    /// Properties of a cluster.
    struct ClusterFacts {
        /// Beats of the cluster.
        var size = 0
        /// The correlation with the usual beat.
        var correlation: Float = 1
        /// The norm over that of the usual beat.
        var ratio: Float = 1
        /// ln of the width over that of the usual beat, 20 ms added to each.
        var widening: Float = 0
        /// The median prematurity of the beats, see `RRContext`.
        var prematurity = 0.0
        /// The median regularity of the rhythm around the beats, see `RRContext`.
        var regularity = 0.0
        /// The share of beats that a pacing spike started.
        var paced: Float = 0
        /// True where the template is a positive mixture of the usual beat and a ventricular one.
        var isMixture = false
    }

    /// Properties of a beat.
    struct BeatFacts {
        var cluster = 0
        /// The correlation with the usual beat.
        var correlation: Float = 1
    }

    var rhythm: RRContext
    var clusters: [ClusterFacts]
    var beats: [BeatFacts]

    /// The share of beats with a spike from which a cluster is paced.
    static let pacedShare: Float = 0.5

    func classes() -> [AAMIClass] {
        let ofClusters = clusters.map(Self.clusterClass)
        return beats.indices.map { beatClass($0, ofClusters[beats[$0].cluster]) }
    }

    /// The class that the shape suggests.
    private static func clusterClass(_ facts: ClusterFacts) -> AAMIClass {
        if facts.paced >= pacedShare { return .unclassifiable }
        if facts.isMixture { return .fusion }
        // Beats in the middle of a regular rhythm differ because of noise or conduction.
        if abs(facts.prematurity) < 0.05 && facts.regularity > 0.85 { return .normal }
        let isPremature = facts.prematurity < -0.1
        let isWide = facts.widening > 0.15
        let isVentricular =
            facts.correlation < 0.6 && (isWide || isPremature)
            || facts.correlation < 0.85 && (isWide && isPremature || facts.widening > 0.25)
        return isVentricular ? .ventricular : .normal
    }

    private func beatClass(_ beat: Int, _ shape: AAMIClass) -> AAMIClass {
        guard shape == .normal else { return shape }
        let prematurity = rhythm.prematurity(beat)
        let correlation = beats[beat].correlation
        if correlation < 0.6 && prematurity < -0.1 { return .ventricular }
        let isInRun = rhythm.runPrematurity(beat) < -0.1
        // A rhythm that gets faster step by step, and stays so, is no premature beat.
        let isAbrupt = rhythm.abruptness(beat) < -0.1 || isInRun
        let staysFast = rhythm.delayAfter(beat) < -0.05 && prematurity > -0.25
        let isPremature =
            prematurity < -0.13 && isAbrupt && !staysFast || isInRun && rhythm.prematurityInRecording(beat) < -0.35
        return isPremature && correlation > 0.75 && !rhythm.isIrregular(beat) ? .supraventricular : .normal
    }
}
