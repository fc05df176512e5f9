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
