/// Amplitudes of the usual beat in one lead, in mV against the level just before the QRS complex.
public struct LeadAmplitudes: Sendable, Equatable {
    /// The lead's name in the recording.
    public let name: String
    /// mV, 0 or negative: the deepest deflection before the R peak. In a QS complex, its depth.
    public private(set) var q: MeasuredValue
    /// mV, 0 or positive: the highest deflection of the QRS complex, 0 in a QS complex.
    public private(set) var r: MeasuredValue
    /// mV, 0 or negative: the deepest deflection after the R peak. In a QS complex, its depth.
    public private(set) var s: MeasuredValue
    /// ms, the time for which the trace is below −0.03 mV before the R peak; in a QS complex, in all of it.
    public private(set) var qDuration: MeasuredValue
    /// mV, at the end of the QRS complex over all leads (J).
    public private(set) var stJ: MeasuredValue
    /// mV, 60 ms after J.
    public private(set) var stJ60: MeasuredValue
    /// mV, 80 ms after J.
    public private(set) var stJ80: MeasuredValue
    /// mV, signed: the P wave at its peak, against the level at its onset.
    public private(set) var p: MeasuredValue
    /// mV, signed: the T wave at its peak.
    public private(set) var t: MeasuredValue

    /// mV, 0 or negative: the deepest deflection of the QRS complex, before or after the R peak.
    package var depth: MeasuredValue { q.combined(with: s) { min($0, $1) } }

    /// mV: a complex without a higher R wave is a QS complex.
    private static let smallestR: Float = 0.03
    /// mV: a deflection counts into the duration of Q from here on.
    private static let visibleQ: Float = -0.03

    /// - Parameter cluster: the usual beat, nil without beats.
    init(name: String, lead: Int, cluster: DelineatedCluster?) {
        self.init(name: name, reason: cluster == nil ? .noBeats : cluster?.qrs == nil ? .noQRSComplex : .noSignal)
        guard let cluster, let all = cluster.qrs, let qrs = cluster.leadQRS[lead], qrs.onset <= qrs.end else { return }
        let windows = cluster.template.windows
        let baseline = windows.mean(of: lead, over: all.onset - 8 ..< all.onset - 1)
        let complex = (qrs.onset ... qrs.end).map { windows[lead, $0] - baseline }
        guard complex.allSatisfy(\.isFinite) else { return }
        let top = complex.indices.max { complex[$0] < complex[$1] }!
        let isQS = complex[top] < Self.smallestR
        let before = isQS ? complex[...] : complex[...top]
        let after = isQS ? complex[...] : complex[top...]
        q = MeasuredValue(Double(min(0, before.min()!)))
        r = MeasuredValue(isQS ? 0 : Double(complex[top]))
        s = MeasuredValue(Double(min(0, after.min()!)))
        qDuration = MeasuredValue(Double(before.count { $0 < Self.visibleQ }) * 1000 / BeatGrid.rate)
        // 12 ms are averaged: a single sample carries the noise of the lead.
        let level = { (point: Int) in
            MeasuredValue(Double(windows.mean(of: lead, over: point - 3 ..< point + 3) - baseline))
        }
        stJ = level(all.end + 3)
        stJ60 = level(all.end + 30)
        stJ80 = level(all.end + 40)
        if let wave = cluster.leadP[lead] {
            p = level(wave.peak).combined(with: level(wave.onset), -)
        } else {
            p = MeasuredValue(.noPWave)
        }
        t = cluster.leadT[lead].map { level($0.peak) } ?? MeasuredValue(.noTWave)
    }

    private init(name: String, reason: Unmeasurable) {
        let value = MeasuredValue(reason)
        self.name = name
        (q, r, s, qDuration) = (value, value, value, value)
        (stJ, stJ60, stJ80, p, t) = (value, value, value, value, value)
    }
}
