import Signals

@testable import Interpretation

/// The classes of the 2017 challenge: normal, fibrillation, other rhythm, too noisy.
enum ChallengeClass {
    /// Returns `N`, `A`, `O` or `~`.
    static func of(_ context: RhythmContext) -> String {
        let beats = context.beats
        if beats.refusal != nil || beats.clusters.count * 4 > beats.beats.count { return "~" }
        if BaseRhythm.findings(in: context).contains(where: { $0.code == .atrialFibrillation }) { return "A" }
        let share = { (count: Int) in Double(count) / Double(max(1, beats.beats.count)) }
        let isEctopic =
            share(context.isVentricular.count { $0 }) >= 0.04
            || share(beats.beats.count { $0.beatClass == .supraventricular }) >= 0.05
        let rate = context.measurements.heartRate.value ?? 0
        let isOther =
            isEctopic || rate < 50 || rate > 100 || context.measurements.qrsDuration.value ?? 0 >= 115
            || context.measurements.prInterval.value ?? 0 > 230
        return isOther ? "O" : "N"
    }
}
