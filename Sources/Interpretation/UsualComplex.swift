import Signals

/// The QRS complex of the usual beat in each lead, on a grid of 2 ms from its onset to its end.
struct UsualComplex {
    /// ms.
    let duration: Double
    private let leads: [String: [Double]]
    private let amplitudes: [String: LeadAmplitudes]

    /// Nil without a usual beat whose QRS complex could be delineated.
    init?(recording: Recording, beats: Beats, measurements: Measurements) {
        guard let median = beats.clusters.first?.medianBeat, median.leads.count == recording.leads.count,
            let qrs = measurements.delineation.clusters.first?.waves.qrs, qrs.duration > 0.02
        else { return nil }
        duration = 1000 * qrs.duration
        var leads: [String: [Double]] = [:]
        for (lead, samples) in zip(recording.leads, median.leads) {
            let value = { (seconds: Double) -> Double in
                let place = Double(median.fiducial) + seconds * recording.samplingRate
                let left = min(max(Int(place.rounded(.down)), 0), max(0, samples.count - 2))
                guard samples.count > 1 else { return .nan }
                let share = min(max(place - Double(left), 0), 1)
                return (1 - share) * Double(samples[left]) + share * Double(samples[left + 1])
            }
            let level = value(qrs.onset - 0.006)
            let trace = stride(from: qrs.onset, to: qrs.end, by: 0.002).map { value($0) - level }
            if trace.allSatisfy(\.isFinite) { leads[lead.name.uppercased()] = trace }
        }
        self.leads = leads
        amplitudes = Dictionary(
            measurements.leads.map { ($0.name.uppercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// mV, every 2 ms; nil without the lead.
    func trace(_ lead: String) -> [Double]? { leads[lead] }

    /// mV·ms.
    func area(_ lead: String) -> Double? { leads[lead].map { 2 * $0.reduce(0, +) } }

    /// ms from the onset to the highest point.
    func peakTime(_ lead: String) -> Double? {
        leads[lead].flatMap { trace in trace.indices.max { trace[$0] < trace[$1] }.map { 2 * Double($0) } }
    }

    /// mV: the mean from 50 to 10 ms before the end.
    func lateLevel(_ lead: String) -> Double? {
        guard let trace = leads[lead], trace.count > 10 else { return nil }
        let part = trace[max(0, trace.count - 25) ..< trace.count - 5]
        return part.reduce(0, +) / Double(part.count)
    }

    /// The highest point after the S wave, if the trace falls from there to its end: mV, and ms from the onset.
    func secondR(_ lead: String) -> (height: Double, time: Double)? {
        guard let trace = leads[lead], let s = trace.indices.min(by: { trace[$0] < trace[$1] }), trace[s] < -0.05,
            let top = trace[s...].indices.max(by: { trace[$0] < trace[$1] }), trace[top] > trace[trace.count - 1]
        else { return nil }
        return (trace[top], 2 * Double(top))
    }

    /// ms until the complex reaches 30 % of its largest deflection, the median over the leads; nil without leads.
    var slowOnset: Double? {
        RhythmContext.median(
            leads.values.compactMap { trace -> Double? in
                guard let top = trace.map(abs).max(), top > 0.3 else { return nil }
                return trace.firstIndex { abs($0) > 0.3 * top }.map { 2 * Double($0) }
            })
    }

    /// mV, 0 or positive; nil without the lead.
    func r(_ lead: String) -> Double? { amplitudes[lead]?.r.value }
    /// mV, 0 or positive: the depth.
    func s(_ lead: String) -> Double? { amplitudes[lead]?.s.value.map { -$0 } }
    /// mV, 0 or positive: the depth.
    func q(_ lead: String) -> Double? { amplitudes[lead]?.q.value.map { -$0 } }
    /// ms.
    func qDuration(_ lead: String) -> Double? { amplitudes[lead]?.qDuration.value }
    /// mV at the J point.
    func stJ(_ lead: String) -> Double? { amplitudes[lead]?.stJ.value }
    /// mV.
    func t(_ lead: String) -> Double? { amplitudes[lead]?.t.value }
    /// mV, signed.
    func p(_ lead: String) -> Double? { amplitudes[lead]?.p.value }

    /// True for a Q wave of a scar: at least 30 ms and 0.1 mV, or a QS complex.
    func hasPathologicalQ(_ lead: String) -> Bool {
        guard let q = q(lead), let r = r(lead), let width = qDuration(lead) else { return false }
        return q >= 0.1 && width >= 30 || r == 0 && q > 0.2
    }

    /// True for a Q wave of at least 20 ms and a third of R, or a QS complex.
    func hasLargeQ(_ lead: String) -> Bool {
        guard let q = q(lead), let r = r(lead), let width = qDuration(lead) else { return false }
        return q >= max(0.33 * r, 0.05) && width >= 20
    }
}
