import Foundation

/// Gives each beat its AAMI class by rules: shape, width and prematurity relative to the patient's usual beat.
struct BeatRules {
    /// What is known of a cluster.
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
        /// The share of beats that a pacing spike started.
        var paced: Float = 0
        /// True where the template is a positive mixture of the usual beat and a ventricular one.
        var isMixture = false
    }

    /// What is known of a beat.
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

    /// The class that the shape alone suggests.
    private static func clusterClass(_ facts: ClusterFacts) -> AAMIClass {
        if facts.paced >= pacedShare { return .unclassifiable }
        if facts.isMixture { return .fusion }
        let isDifferent = facts.correlation < 0.6
        let isSomewhatDifferent = facts.correlation < 0.85
        let isWide = facts.widening > 0.15
        let isPremature = facts.prematurity < -0.1
        if isDifferent && (isWide || isPremature) || isSomewhatDifferent && isWide && isPremature {
            return .ventricular
        }
        return .normal
    }

    private func beatClass(_ beat: Int, _ shape: AAMIClass) -> AAMIClass {
        guard shape == .normal else { return shape }
        let isPremature = rhythm.prematurity(beat) < -0.13 || rhythm.prematurityInRecording(beat) < -0.3
        guard isPremature && !rhythm.isIrregular(beat) && beats[beat].correlation > 0.75 else { return .normal }
        return .supraventricular
    }
}
