import Foundation

/// Rate, intervals, axes and amplitudes of a recording.
///
/// Intervals, axes and amplitudes are those of the usual beat: the median beat of the largest cluster. A value that
/// could not be measured has a reason in its place.
///
/// ```swift
/// let measurements = Measurements(of: recording, beats: beats)
/// print(measurements.qrsDuration.value.map { "\($0) ms" } ?? "not measurable")
/// ```
public struct Measurements: Sendable, Equatable {
    /// The waves of all beats.
    public let delineation: Delineation
    /// Beats per minute: 60 s over the mean RR interval.
    public let heartRate: MeasuredValue
    /// ms, onset to end of the P wave.
    public let pDuration: MeasuredValue
    /// ms, P onset to QRS onset: the median over the beats that have a P wave.
    public let prInterval: MeasuredValue
    /// ms.
    public let qrsDuration: MeasuredValue
    /// ms, QRS onset to T end.
    public let qtInterval: MeasuredValue
    /// ms, QT / √RR.
    ///
    /// - Source: Bazett, Heart 7 (1920) 353.
    public let qtcBazett: MeasuredValue
    /// ms, QT / ∛RR.
    ///
    /// - Source: Fridericia, Acta Medica Scandinavica 53 (1920) 469.
    public let qtcFridericia: MeasuredValue
    /// Degrees, −180…180.
    public let pAxis: MeasuredValue
    /// Degrees, −180…180.
    public let qrsAxis: MeasuredValue
    /// Degrees, −180…180.
    public let tAxis: MeasuredValue
    /// One element per lead of the recording.
    public let leads: [LeadAmplitudes]
    public let rrStatistics: RRStatistics
    public let hypertrophy: HypertrophyIndices
    /// ln of the power of the median P window over the power of the beats' deviations from it, mean over the leads.
    ///
    /// Among 1210 PTB-XL recordings, 96 % of those in fibrillation are below 0.3 and 98 % of the others above it.
    /// `pDecision` has the decision and its reason.
    public let pConsistency: MeasuredValue
    /// The decision whether the usual beat has a P wave; nil without beats.
    public let pDecision: PWaveDecision?
    /// 0…1, the share of the beats that have a P wave.
    public let pShare: MeasuredValue

    /// Measures a recording whose beats are known.
    ///
    /// - Parameter progress: gets shares of the work from 0 to 1.
    /// - Precondition: `beats` belongs to a recording of this sampling rate, and each beat to one of its clusters.
    public init(of recording: Recording, beats: Beats, progress: (Double) -> Void = { _ in }) {
        Delineation.check(recording, beats)
        self.init(of: recording, beats: beats, Delineator(recording: recording, beats: beats), progress: progress)
    }

    /// Measures a recording whose beats are delineated.
    init(of recording: Recording, beats: Beats, _ delineator: Delineator, progress: (Double) -> Void = { _ in }) {
        delineation = delineator.waves { progress(0.1 + 0.9 * $0) }
        let usual = delineator.clusters.first
        rrStatistics = RRStatistics(of: beats)
        heartRate = rrStatistics.meanInterval.map { 60_000 / $0 }

        qrsDuration = Self.duration(usual?.qrs, beats: usual, absent: .noQRSComplex)
        pDuration = Self.duration(usual?.p, beats: usual, absent: .noPWave)
        prInterval = Self.prInterval(delineation.beats, of: beats, usual: usual)
        if let qrs = usual?.qrs, let t = usual?.t {
            qtInterval = Self.milliseconds(from: qrs.onset, to: t.end)
        } else {
            qtInterval = MeasuredValue(usual == nil ? .noBeats : usual?.qrs == nil ? .noQRSComplex : .noTWave)
        }
        let seconds = rrStatistics.meanInterval.map { $0 / 1000 }
        qtcBazett = qtInterval.combined(with: seconds) { $0 / $1.squareRoot() }
        qtcFridericia = qtInterval.combined(with: seconds) { $0 / cbrt($1) }

        let axis = { (wave: GridWave?, absent: Unmeasurable) in
            guard let usual else { return MeasuredValue(.noBeats) }
            guard let wave else { return MeasuredValue(absent) }
            return ElectricalAxis.axis { name in
                recording.lead(exactly: name).flatMap { Self.area(of: wave, lead: $0, in: usual) }
            }
        }
        pAxis = axis(usual?.p, .noPWave)
        qrsAxis = axis(usual?.qrs, .noQRSComplex)
        tAxis = axis(usual?.t, .noTWave)
        leads = recording.leads.enumerated().map { LeadAmplitudes(name: $1.name, lead: $0, cluster: usual) }
        hypertrophy = HypertrophyIndices(leads: leads, qrsDuration: qrsDuration)

        pDecision = usual?.decision
        pConsistency =
            usual?.decision.consistency.map { MeasuredValue($0) }
            ?? MeasuredValue(usual == nil ? .noBeats : usual!.template.members.count < 2 ? .tooFewBeats : .noSignal)
        pShare =
            delineation.beats.isEmpty
            ? MeasuredValue(.noBeats)
            : MeasuredValue(Double(delineation.beats.count { $0.p != nil }) / Double(delineation.beats.count))
    }

    private static func milliseconds(from start: Int, to end: Int) -> MeasuredValue {
        MeasuredValue(Double(end - start) * 1000 / BeatGrid.rate)
    }

    private static func duration(_ wave: GridWave?, beats: DelineatedCluster?, absent: Unmeasurable) -> MeasuredValue {
        guard beats != nil else { return MeasuredValue(.noBeats) }
        return wave.map { milliseconds(from: $0.onset, to: $0.end) } ?? MeasuredValue(absent)
    }

    /// The median over the usual beats.
    private static func prInterval(_ waves: [BeatWaves], of beats: Beats, usual: DelineatedCluster?) -> MeasuredValue {
        guard usual != nil else { return MeasuredValue(.noBeats) }
        let intervals = zip(waves, beats.beats).filter { $1.cluster == 0 }.compactMap { wave, _ -> Double? in
            guard let p = wave.p, let qrs = wave.qrs else { return nil }
            return qrs.onset - p.onset
        }.sorted()
        guard !intervals.isEmpty else { return MeasuredValue(.noPWave) }
        return MeasuredValue(500 * (intervals[(intervals.count - 1) / 2] + intervals[intervals.count / 2]))
    }

    /// mV·s against the level before the QRS complex, for P against the line between its onset and its end; nil for a
    /// lead without signal.
    private static func area(of wave: GridWave, lead: Int, in cluster: DelineatedCluster) -> ElectricalAxis.Area? {
        guard let qrs = cluster.qrs, wave.onset >= 0, wave.end < BeatGrid.count else { return nil }
        let windows = cluster.template.windows
        let level = windows.mean(of: lead, over: qrs.onset - 8 ..< qrs.onset - 1)
        let isP = wave.end < qrs.onset
        let (first, last) =
            isP
            ? (
                windows.mean(of: lead, over: wave.onset - 3 ..< wave.onset + 4),
                windows.mean(of: lead, over: wave.end - 3 ..< wave.end + 4)
            ) : (level, level)
        let length = Float(max(1, wave.end - wave.onset))
        var sum: Float = 0
        for point in wave.onset ... wave.end {
            sum += windows[lead, point] - first - (last - first) * Float(point - wave.onset) / length
        }
        guard sum.isFinite else { return nil }
        return (Double(sum) / BeatGrid.rate, cluster.template.count(of: lead, at: wave.peak))
    }
}

extension Recording {
    /// The index of the lead of that name, whatever the case; MLII, unlike in `lead(named:)`, is not lead II.
    fileprivate func lead(exactly name: String) -> Int? { leads.firstIndex { $0.name.uppercased() == name } }
}
