import Signals

/// A rhythm or a disturbance of conduction, with the numbers that it rests on.
public struct RhythmFinding: Sendable, Equatable {
    public let code: RhythmCode
    /// 0…1.
    public let confidence: Double
    /// Statements with their numbers, for readers.
    public let evidence: [String]
    /// The guideline or paper that the rule follows.
    public let source: String
    /// Seconds, ascending: the parts of the recording that show the finding.
    public let episodes: [ClosedRange<Double>]

    public init(
        _ code: RhythmCode, confidence: Double, evidence: [String], source: String, episodes: [ClosedRange<Double>]
    ) {
        self.code = code
        self.confidence = min(max(confidence, 0), 1)
        self.evidence = evidence
        self.source = source
        self.episodes = episodes
    }

    /// Returns the findings, the urgent ones first, then rhythms, ectopic beats and conduction.
    ///
    /// - Parameters:
    ///   - beats: found in the recording.
    ///   - measurements: made of these beats.
    public static func all(
        for beats: Beats, _ measurements: Measurements, in recording: Recording
    ) -> [RhythmFinding] {
        all(in: RhythmContext(recording: recording, beats: beats, measurements: measurements))
    }

    static func all(in context: RhythmContext) -> [RhythmFinding] {
        let base = BaseRhythm.findings(in: context)
        var findings = context.fibrillationFindings + base + PauseRules(context).findings
        findings += EctopyRules(context, base: base).findings
        findings += ConductionRules(context).findings.filter { finding in !base.contains { $0.code == finding.code } }
        if findings.isEmpty { findings = [BaseRhythm.undetermined(context, "no beats were found")] }
        return findings.filter(\.code.isUrgent) + findings.filter { !$0.code.isUrgent }
    }
}

/// Sources that several rules share.
enum Guideline {
    static let bradycardia = "2018 ACC/AHA/HRS guideline on bradycardia and conduction delay"
    static let supraventricular = "2015 ACC/AHA/HRS guideline on supraventricular tachycardia"
    static let fibrillation = "2020 ESC guidelines on atrial fibrillation"
    static let ventricular = "2017 AHA/ACC/HRS guideline on ventricular arrhythmias"
    static let conduction = "2009 AHA/ACCF/HRS recommendations, part III: intraventricular conduction"
    static let rhythmStatements = "2007 AHA/ACC/HRS recommendations, part II: diagnostic statements"
    static let infarction = "Fourth universal definition of myocardial infarction (2018)"
}
