import Foundation

/// Delineates the median beat of a cluster.
struct ClusterDelineation {
    let reader: BeatReader
    let baseline: BeatBaseline

    /// mV: P waves in the limb leads of 100 LUDB records are larger.
    private static let smallestP: Float = 0.008
    /// Least consistency of a P wave in a regular rhythm. In LUDB, P waves of 0.01 mV still have it.
    private static let regularConsistency: Float = 1.3
    /// Least consistency in an irregular rhythm, for many leads and added for a single one. In LUDB, irregular sinus
    /// rhythm has 9 and more in twelve leads and 13 and more in lead II; fibrillation and flutter 7 and 10 at most.
    private static let irregularConsistency: (many: Float, single: Float) = (6, 4)
    /// Median change of the RR interval as a share of its mean, from which a rhythm is irregular.
    private static let irregularity: Float = 0.05
    /// Points by which a lead's own QRS boundaries may differ from those over all leads: 30 and 40 ms.
    private static let leadOnsetSlack = 15
    private static let leadEndSlack = 20

    init(recording: Recording, beats: Beats) {
        let reader = BeatReader(recording: recording, beats: beats)
        self.reader = reader
        baseline = BeatBaseline(beats: beats, leadCount: reader.leadCount) { reader.read($0, into: &$1) }
    }

    /// Writes the windows of a beat, baseline and neighbors removed.
    func read(_ beat: Int, into windows: inout LeadWindows) {
        reader.read(beat, into: &windows)
        baseline.remove(from: &windows, of: beat)
        reader.cutNeighbors(of: beat, in: &windows)
    }

    /// - Parameters:
    ///   - members: indices of the cluster's beats, at least one.
    ///   - usual: the dominant cluster, nil if this is the dominant one.
    ///   - isIrregular: whether the rhythm of the usual beats is irregular.
    func cluster(members: [Int], usual: DelineatedCluster?, isIrregular: Bool) -> DelineatedCluster {
        let template = BeatTemplate(members: members, leadCount: reader.leadCount) { read($0, into: &$1) }
        var cluster = DelineatedCluster(template: template, leadCount: reader.leadCount)
        placeQRS(in: &cluster)
        guard let qrs = cluster.qrs else { return cluster }
        let rr = medianRR(before: members)
        decideP(in: &cluster, qrs: qrs, rr: rr, usual: usual, isIrregular: isIrregular)
        let limit = limitOfT(qrs: qrs, p: cluster.p, members: members, rr: rr, isIrregular: isIrregular)
        placeT(in: &cluster, qrs: qrs, limit: limit)
        return cluster
    }

    /// Whether the RR intervals between beats of a cluster change by more than 5 % from beat to beat, in the median.
    func isIrregular(_ members: [Int]) -> Bool {
        let beats = reader.beats.beats
        let successive = members.filter { $0 > 0 && beats[$0 - 1].cluster == beats[$0].cluster }
        let intervals = reader.intervals(before: successive).map(Float.init)
        guard intervals.count > 2 else { return false }
        let changes = zip(intervals, intervals.dropFirst()).map { abs($1 - $0) }.sorted()
        let mean = intervals.reduce(0, +) / Float(intervals.count)
        return changes[changes.count / 2] > Self.irregularity * mean
    }

    /// Points; the recording's median for a beat without one before it, 0.8 s for a single beat.
    private func medianRR(before members: [Int]) -> Int {
        for group in [members, Array(reader.beats.beats.indices)] {
            let intervals = reader.intervals(before: group).sorted()
            if !intervals.isEmpty { return max(1, intervals[intervals.count / 2]) }
        }
        return 400
    }

    private func placeQRS(in cluster: inout DelineatedCluster) {
        let smooth = cluster.template.windows.smoothed(half: 5)
        guard let qrs = QRSBoundaries.complex(in: smooth.activity(of: reader.leads)) else { return }
        cluster.qrs = qrs
        for lead in reader.leads {
            guard var own = QRSBoundaries.complex(in: smooth.activity(of: CollectionOfOne(lead))) else { continue }
            if abs(own.onset - qrs.onset) > Self.leadOnsetSlack { own.onset = qrs.onset }
            if abs(own.end - qrs.end) > Self.leadEndSlack { own.end = qrs.end }
            own.peak = min(max(own.peak, own.onset), own.end)
            cluster.leadQRS[lead] = own
        }
    }

    private func decideP(
        in cluster: inout DelineatedCluster, qrs: GridWave, rr: Int, usual: DelineatedCluster?, isIrregular: Bool
    ) {
        let template = cluster.template
        let bumps = zip(template.members, template.lags).map { member, lag in
            var windows = LeadWindows(leadCount: reader.leadCount)
            read(member, into: &windows)
            return PWaveFilter.bumps(of: windows, onset: qrs.onset + lag)
        }
        guard
            let evidence = PWaveEvidence(template: template, members: bumps, qrs: qrs, rr: rr, leads: reader.leads)
        else { return }
        cluster.evidence = evidence
        let isFlutter =
            FlutterWaves.isFastAndInverted(evidence, recording: reader.recording, rr: rr)
            || FlutterWaves.repeats(evidence, template: template, qrs: qrs, rr: rr)
        let (many, single) = Self.irregularConsistency
        let least = isIrregular ? many + single / Float(reader.leads.count) : Self.regularConsistency
        let ground: PWaveDecision.Ground
        if isFlutter {
            ground = .flutterWaves
        } else if evidence.amplitude < Self.smallestP {
            ground = .tooSmall
        } else if bumps.count < 3 {
            // One or two beats show no consistency: the wave must stand alone on a quiet baseline.
            let isClear = evidence.amplitude > 0.04 && (evidence.baselineRatio ?? 1) < 0.4
            ground = usual == nil && isClear ? .consistent : .notMeasurable
        } else if bumps.count < 4, let usual, usual.template.members.count > 3, usual.decision.isAbsent {
            ground = .inconsistent
        } else {
            // Few beats agree by chance more often.
            let chance = 6 / (evidence.beats * evidence.beats)
            ground = evidence.consistency < least * (1 + chance) ? .inconsistent : .consistent
        }
        cluster.decision = PWaveDecision(
            isPresent: ground == .consistent, ground: ground,
            consistency: bumps.count > 1 ? log(Double(max(evidence.consistency, 1e-6))) : nil,
            leadAgreement: evidence.agreement, baselineRatio: evidence.baselineRatio.map(Double.init))
        if ground == .consistent { placeP(in: &cluster, evidence: evidence, qrs: qrs) }
    }

    private func placeP(in cluster: inout DelineatedCluster, evidence: PWaveEvidence, qrs: GridWave) {
        let smooth = cluster.template.windows.smoothed(half: 10, range: 0 ..< qrs.onset + 1)
        var found: [(wave: GridWave, weight: Float)] = []
        for lead in reader.leads {
            let wave = smooth.withRow(lead) { row in
                evidence.bumps.withRow(lead) { bump in
                    PWaveBoundaries.wave(in: row, bump: bump, near: evidence.peak, before: qrs.onset)
                }
            }
            guard let wave else { continue }
            cluster.leadP[lead] = wave
            found.append((wave, abs(evidence.bumps[lead, wave.peak]) * evidence.weights[lead].squareRoot()))
        }
        // Without a lead that reaches far enough for the boundaries, P is taken to last 100 ms.
        let p =
            GridWave.median(of: found)
            ?? GridWave(
                onset: max(0, evidence.peak - 25), peak: evidence.peak, end: min(evidence.peak + 25, qrs.onset - 1))
        cluster.p = p
        for lead in reader.leads where cluster.leadP[lead] == nil { cluster.leadP[lead] = p }
    }

    /// The last point of the T wave: QT is at most 0.58 √RR, longer by what the QRS complex exceeds 100 ms.
    ///
    /// The next P wave, or without one the next QRS complex, ends the search before that.
    private func limitOfT(qrs: GridWave, p: GridWave?, members: [Int], rr: Int, isIrregular: Bool) -> Int {
        let seconds = Double(rr) / BeatGrid.rate
        let longest = Int(BeatGrid.rate * 0.58 * seconds.squareRoot()) + max(0, qrs.end - qrs.onset - 50) / 2
        let following = reader.intervals(after: members).sorted()
        let next = following.isEmpty ? rr : following[following.count / 4]
        // In an irregular rhythm the median beat is blurred by complexes that come earlier.
        let margin = isIrregular ? 40 : 15
        return min(qrs.onset + longest, next + (p.map { $0.onset - 4 } ?? qrs.onset - margin))
    }

    private func placeT(in cluster: inout DelineatedCluster, qrs: GridWave, limit: Int) {
        let first = qrs.end + 20
        guard limit > first else { return }
        let smooth = cluster.template.windows.smoothed(half: 12, range: qrs.end ..< BeatGrid.count)
        var found: [(wave: GridWave, weight: Float)] = []
        for lead in reader.leads {
            guard let t = smooth.withRow(lead, { TWaveFinder(in: $0, range: first ..< limit) }) else { continue }
            cluster.leadT[lead] = t.wave
            found.append((t.wave, t.prominence))
        }
        cluster.t = GridWave.median(of: found)
    }
}

/// The waves of a cluster's median beat on the 500 Hz grid.
struct DelineatedCluster {
    let template: BeatTemplate
    /// Waves over all leads.
    var qrs: GridWave?
    var p: GridWave?
    var t: GridWave?
    /// Waves of each lead of the recording; nil for a lead without them.
    var leadQRS: [GridWave?]
    var leadP: [GridWave?]
    var leadT: [GridWave?]
    var evidence: PWaveEvidence?
    var decision = PWaveDecision.notMeasurable

    init(template: BeatTemplate, leadCount: Int) {
        self.template = template
        leadQRS = Array(repeating: nil, count: leadCount)
        leadP = leadQRS
        leadT = leadQRS
    }

    /// The waves with times in seconds after the fiducial point.
    var waves: ClusterWaves {
        let leads = leadQRS.indices.map { lead in
            BeatWaves(
                p: leadP[lead]?.times(fiducial: 0), qrs: leadQRS[lead]?.times(fiducial: 0),
                t: leadT[lead]?.times(fiducial: 0))
        }
        return ClusterWaves(
            waves: BeatWaves(
                p: p?.times(fiducial: 0), qrs: qrs?.times(fiducial: 0), t: t?.times(fiducial: 0)),
            leads: leads, pDecision: decision)
    }
}
