import Signals

/// Premature beats and their patterns.
struct EctopyRules {
    let context: RhythmContext
    /// The longest one first.
    let base: [RhythmFinding]

    /// Beats per minute: a faster run is a tachycardia.
    private static let tachycardia = 100.0
    /// Beats: a shorter fast run is reported as a run, a longer one as ventricular tachycardia.
    ///
    /// The guideline calls three beats a tachycardia; among short runs, aberrant and noisy beats are common.
    private static let longRun = 6
    /// The share of a long run's beats.
    private static let leastOfOneShape = 0.6
    /// Seconds: beats farther apart belong to no run.
    private static let longestGap = 1.5

    /// - Parameter base: the findings of `BaseRhythm`.
    init(_ context: RhythmContext, base: [RhythmFinding]) {
        self.context = context
        self.base = base
    }

    var findings: [RhythmFinding] { ventricular + atrial }

    // MARK: Ventricular

    /// Successive ventricular beats outside ventricular fibrillation.
    private var runs: [Range<Int>] {
        successive { context.isVentricular[$0] && !context.isFibrillating[$0] }
    }

    private func successive(_ belongs: (Int) -> Bool) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for index in context.times.indices where belongs(index) {
            if let last = result.last, last.upperBound == index, context.intervals[index - 1] < Self.longestGap {
                result[result.count - 1] = last.lowerBound ..< index + 1
            } else {
                result.append(index ..< index + 1)
            }
        }
        return result
    }

    private func rate(of run: Range<Int>) -> Double {
        let seconds = context.times[run.upperBound - 1] - context.times[run.lowerBound]
        return seconds > 0 ? 60 * Double(run.count - 1) / seconds : 0
    }

    /// Whether most beats of a run have one shape; those of noise differ.
    private func isOfOneShape(_ run: Range<Int>) -> Bool {
        var counts: [Int: Int] = [:]
        for index in run { counts[context.beats.beats[index].cluster, default: 0] += 1 }
        return Double(counts.values.max() ?? 0) >= Self.leastOfOneShape * Double(run.count)
    }

    private var ventricular: [RhythmFinding] {
        let runs = self.runs
        let isPaced = 2 * context.beats.beats.count { $0.pacingSpike != nil } >= max(1, context.times.count)
        guard !runs.isEmpty, !isPaced else { return [] }
        let all = runs.flatMap { Array($0) }
        var result: [RhythmFinding] = []
        let long = runs.filter { $0.count >= 3 }
        let fast = long.filter { rate(of: $0) > Self.tachycardia }
        let isLong = { (run: Range<Int>) in run.count >= Self.longRun && isOfOneShape(run) }
        let groups: [(RhythmCode, [Range<Int>], Double)] = [
            (.ventricularTachycardia, fast.filter(isLong), 0.8),
            (.ventricularRun, fast.filter { !isLong($0) }, 0.8),
            (.idioventricularRhythm, long.filter { rate(of: $0) <= Self.tachycardia }, 0.6),
            (.ventricularCouplet, runs.filter { $0.count == 2 }, 0.8),
        ]
        for (code, group, confidence) in groups where !group.isEmpty {
            let longest = group.max { $0.count < $1.count }!
            var evidence = ["\(Text.count(group.count, "time")), at most \(longest.count) ventricular beats in a row"]
            evidence.append("at \(Text.number(rate(of: longest), digits: 0)) beats per minute")
            result.append(
                RhythmFinding(
                    code, confidence: confidence, evidence: evidence, source: Guideline.ventricular,
                    episodes: context.episodes(of: group.flatMap { Array($0) })))
        }
        result.append(
            RhythmFinding(
                .ventricularPrematureBeats, confidence: all.count > 1 ? 0.9 : 0.75,
                evidence: [
                    "\(all.count) of \(context.times.count) beats start in a ventricle",
                    "QRS \(widthText(all)) ms, of the usual beat "
                        + "\(Text.number(context.measurements.qrsDuration.value ?? 0, digits: 0)) ms",
                ],
                source: Guideline.ventricular, episodes: context.episodes(of: all)))
        for (code, period) in [(RhythmCode.ventricularBigeminy, 2), (.ventricularTrigeminy, 3)] {
            let members = regular(period: period) { context.isVentricular[$0] }
            guard !members.isEmpty else { continue }
            result.append(
                RhythmFinding(
                    code, confidence: 0.85,
                    evidence: ["every \(period == 2 ? "second" : "third") beat is ventricular, \(members.count) beats"],
                    source: Guideline.rhythmStatements, episodes: context.episodes(of: members)))
        }
        return result
    }

    private func widthText(_ beats: [Int]) -> String {
        let clusters = context.measurements.delineation.clusters
        let widths = beats.compactMap { clusters[context.beats.beats[$0].cluster].waves.qrs.map { 1000 * $0.duration } }
        return RhythmContext.median(widths).map { Text.number($0, digits: 0) } ?? "–"
    }

    /// Beats of stretches in which exactly each `period`-th beat is ectopic, at least three times.
    private func regular(period: Int, _ isEctopic: (Int) -> Bool) -> [Int] {
        let ectopic = context.times.indices.filter(isEctopic)
        var members: [Int] = []
        var start = 0
        for place in ectopic.indices {
            if place > 0, ectopic[place] - ectopic[place - 1] != period { start = place }
            let isEnd = place + 1 == ectopic.count || ectopic[place + 1] - ectopic[place] != period
            if isEnd, place - start >= 2 { members += Array(ectopic[start] ... ectopic[place]) }
        }
        return members
    }

    // MARK: Atrial

    private var atrial: [RhythmFinding] {
        // In fibrillation no beat is premature.
        let irregular = base.filter { $0.code == .atrialFibrillation }.flatMap(\.episodes)
        let isPremature = { (index: Int) in
            context.isPremature[index] && !context.isFibrillating[index]
                && !irregular.contains { $0.contains(context.times[index]) }
        }
        let all = context.times.indices.filter(isPremature)
        guard !all.isEmpty else { return [] }
        var result = [
            RhythmFinding(
                .atrialPrematureBeats, confidence: all.count > 1 ? 0.8 : 0.65,
                evidence: [
                    "\(all.count) of \(context.times.count) beats of the usual shape come early",
                    "the interval before them is \(prematurityText(all)) % of the usual one",
                ],
                source: Guideline.supraventricular, episodes: context.episodes(of: all))
        ]
        let fast = successive(isPremature).filter { $0.count >= 3 && rate(of: $0) > Self.tachycardia }
        if let longest = fast.max(by: { $0.count < $1.count }) {
            result.append(
                RhythmFinding(
                    .supraventricularTachycardia, confidence: 0.7,
                    evidence: [
                        "\(longest.count) early beats of the usual shape in a row",
                        "at \(Text.number(rate(of: longest), digits: 0)) beats per minute",
                    ],
                    source: Guideline.supraventricular, episodes: context.episodes(of: fast.flatMap { Array($0) })))
        }
        let bigeminy = regular(period: 2, isPremature)
        if !bigeminy.isEmpty {
            result.append(
                RhythmFinding(
                    .atrialBigeminy, confidence: 0.8,
                    evidence: ["every second beat of the usual shape comes early, \(bigeminy.count) beats"],
                    source: Guideline.rhythmStatements, episodes: context.episodes(of: bigeminy)))
        }
        return result
    }

    private func prematurityText(_ beats: [Int]) -> String {
        guard let usual = context.usualInterval else { return "–" }
        let shares = beats.filter { $0 > 0 }.map { context.intervals[$0 - 1] / usual }
        return RhythmContext.median(shares).map { Text.number(100 * $0, digits: 0) } ?? "–"
    }
}
