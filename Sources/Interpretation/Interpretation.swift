import Signals

/// Beats, measurements, rhythm and origin of a recording.
///
/// ```swift
/// let interpretation = Interpretation(of: recording)
/// for finding in interpretation.rhythm { print(finding.code.name, finding.evidence) }
/// ```
public struct Interpretation: Sendable {
    public let recording: Recording
    public let patient: Patient
    public let beats: Beats
    public let measurements: Measurements
    /// Urgent findings first.
    public let rhythm: [RhythmFinding]
    /// Urgent findings first.
    public let origin: [OriginFinding]
    public let limbLeads: LimbLeadCheck

    /// - Parameters:
    ///   - patient: age and sex, on which some limits depend.
    ///   - progress: gets shares of the work from 0 to 1.
    public init(
        of recording: Recording, patient: Patient = Patient(), progress: (Double) -> Void = { _ in }
    ) {
        self.init(of: recording, patient: patient, classify: { $0 }, progress: progress)
    }

    /// - Parameters:
    ///   - patient: age and sex, on which some limits depend.
    ///   - classify: gives the beats other classes than those of the detector's rules.
    ///   - progress: gets shares of the work from 0 to 1.
    /// - Throws: the error of `classify`.
    public init(
        of recording: Recording, patient: Patient = Patient(), classify: (Beats) throws -> Beats,
        progress: (Double) -> Void = { _ in }
    ) rethrows {
        self.recording = recording
        self.patient = patient
        beats = try classify(BeatDetector().beats(in: recording) { progress(0.35 * $0) })
        progress(0.4)
        measurements = Measurements(of: recording, beats: beats) { progress(0.4 + 0.3 * $0) }
        progress(0.7)
        rhythm = RhythmFinding.all(for: beats, measurements, in: recording)
        origin = OriginFinding.all(for: beats, measurements, rhythm, in: recording, patient: patient)
        limbLeads = LimbLeadCheck(recording, beats: beats)
        progress(1)
    }

    /// Whether a finding needs attention at once.
    public var isUrgent: Bool { rhythm.contains { $0.code.isUrgent } || origin.contains(where: \.isUrgent) }

    /// Sentences about what lowers the quality of the recording.
    public var reasons: [String] {
        var reasons: [String] = []
        if let refusal = beats.refusal { reasons.append("\(refusal)") }
        for lead in beats.leads where lead.grade != .good {
            let causes = lead.reasons.map { $0.rawValue.replacing("-", with: " ") }
            reasons.append(
                "lead \(lead.name) is \(lead.grade.rawValue)"
                    + (causes.isEmpty ? "" : ": \(causes.joined(separator: ", "))"))
        }
        switch limbLeads.finding {
        case .leadsExchanged(let left, let right): reasons.append("leads \(left) and \(right) are exchanged")
        case .leadInverted(let lead): reasons.append("lead \(lead) is upside down")
        case .armElectrodesExchanged: reasons.append("the electrodes of the arms are probably exchanged")
        case nil: break
        }
        return reasons
    }

    /// Whether beats could be looked for.
    public var isUsable: Bool { beats.refusal == nil }
}
