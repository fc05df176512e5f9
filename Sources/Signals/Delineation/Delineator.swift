/// Finds the waves of all beats of a recording: on the median beat of each cluster first, then in each beat.
struct Delineator {
    let clusters: [DelineatedCluster]
    let delineation: ClusterDelineation

    /// Least correlation and height of a P wave, for the beats of its own cluster and of others.
    private static let ownP: (correlation: Float, share: Float) = (0.5, 0.3)
    private static let foreignP: (correlation: Float, share: Float) = (0.75, 0.5)
    /// Points, 40 ms, before a fiducial point: a T wave that ends later is cut off by the QRS complex.
    private static let cutOff = 20

    init(recording: Recording, beats: Beats) {
        let delineation = ClusterDelineation(recording: recording, beats: beats)
        self.delineation = delineation
        let isIrregular = beats.clusters.first.map { delineation.isIrregular($0.members) } ?? false
        var clusters: [DelineatedCluster] = []
        for cluster in beats.clusters {
            clusters.append(
                delineation.cluster(members: cluster.members, usual: clusters.first, isIrregular: isIrregular))
        }
        self.clusters = clusters
    }

    /// The waves of the beats, over all leads and in each.
    ///
    /// - Parameter progress: gets shares of the beats.
    func waves(progress: (Double) -> Void = { _ in }) -> Delineation {
        let reader = delineation.reader
        let beats = reader.beats.beats
        var waves = [BeatWaves](repeating: .none, count: beats.count)
        var leadWaves = [[BeatWaves]](repeating: waves, count: reader.leadCount)
        let reference = clusters.firstIndex { $0.p != nil }
        var windows = LeadWindows(leadCount: reader.leadCount)
        for beat in beats.indices {
            if beat % 1000 == 0 { progress(Double(beat) / Double(beats.count)) }
            let cluster = clusters[beats[beat].cluster]
            guard let qrs = cluster.qrs else { continue }
            delineation.read(beat, into: &windows)
            let lag = cluster.template.lag(of: windows)
            // P comes from the beat's own cluster, or from another one if that one's P wave is seen before a beat
            // whose cluster is too small for a decision.
            let source = cluster.p != nil ? beats[beat].cluster : cluster.decision.isAbsent ? nil : reference
            let pLag = source.flatMap { source -> Int? in
                let limits = cluster.p != nil ? Self.ownP : Self.foreignP
                let bumps = PWaveFilter.bumps(of: windows, onset: qrs.onset + lag)
                return clusters[source].evidence?.lag(
                    in: bumps, near: lag, correlation: limits.correlation, share: limits.share)
            }
            let fiducial = reader.time(of: beat)
            let next = reader.intervals(after: [beat]).first.map { BeatGrid.before + $0 - Self.cutOff } ?? .max
            let end = { (t: GridWave?) in t.flatMap { $0.end + lag < next ? $0.moved(by: lag) : nil } }
            waves[beat] = BeatWaves(
                p: source.flatMap { source in pLag.flatMap { clusters[source].p?.moved(by: $0) } }?
                    .times(fiducial: fiducial),
                qrs: qrs.moved(by: lag).times(fiducial: fiducial), t: end(cluster.t)?.times(fiducial: fiducial))
            for lead in reader.leads {
                let p = source.flatMap { source in pLag.flatMap { clusters[source].leadP[lead]?.moved(by: $0) } }
                let visible = { (wave: GridWave?) in
                    wave.flatMap { Self.isRecorded($0, in: windows, lead: lead) ? $0.times(fiducial: fiducial) : nil }
                }
                leadWaves[lead][beat] = BeatWaves(
                    p: visible(p), qrs: visible(cluster.leadQRS[lead]?.moved(by: lag)),
                    t: visible(end(cluster.leadT[lead])))
            }
        }
        return Delineation(beats: waves, leads: leadWaves, clusters: clusters.map(\.waves))
    }

    /// Whether a lead has samples at the boundaries and the peak of a wave.
    private static func isRecorded(_ wave: GridWave, in windows: LeadWindows, lead: Int) -> Bool {
        guard wave.onset >= 0, wave.end < BeatGrid.count else { return false }
        return [wave.onset, wave.peak, wave.end].allSatisfy { windows[lead, $0] == windows[lead, $0] }
    }
}
