import Signals

/// The wall of the left ventricle that an infarction damaged.
public enum InfarctionWall: String, Sendable, CaseIterable {
    case anterior, septal, inferior, lateral, posterior

    /// The leads that face the wall.
    var leads: [String] {
        switch self {
        case .anterior: ["V2", "V3", "V4"]
        case .septal: ["V1", "V2"]
        case .inferior: ["II", "III", "AVF"]
        case .lateral: ["I", "AVL", "V5", "V6"]
        case .posterior: ["V1", "V2"]
        }
    }
}

/// Q waves of old infarctions and ST elevation of acute ones.
///
/// - Source: Fourth universal definition of myocardial infarction (2018), tables 2 and 3.
struct InfarctionRules {
    private let complex: UsualComplex?
    private let isBlocked: Bool
    /// Flutter waves lift the ST segment.
    private let isFluttering: Bool
    private let patient: Patient

    init(
        beats: Beats, _ measurements: Measurements, _ rhythm: [RhythmFinding], in recording: Recording,
        patient: Patient
    ) {
        complex = UsualComplex(recording: recording, beats: beats, measurements: measurements)
        // In these, the criteria do not hold.
        let excluding: Set<RhythmCode> = [
            .bundleBranchBlockLeft, .paced, .preExcitation, .ventricularTachycardia, .ventricularFibrillation,
            .idioventricularRhythm,
        ]
        isBlocked = rhythm.contains { excluding.contains($0.code) }
        isFluttering = rhythm.contains { $0.code == .atrialFlutter }
        self.patient = patient
    }

    var findings: [OriginFinding] {
        guard let complex, !isBlocked else { return [] }
        return InfarctionWall.allCases.compactMap { wall in
            elevation(of: wall, complex) ?? scar(of: wall, complex)
        }
    }

    private func scar(of wall: InfarctionWall, _ complex: UsualComplex) -> OriginFinding? {
        if wall == .posterior { return posterior(complex) }
        let isDeep = { (lead: String) in wall == .inferior && complex.hasLargeQ(lead) }
        let found = wall.leads.filter { complex.hasPathologicalQ($0) || isDeep($0) }
        guard found.count >= 2 else { return nil }
        let depths = found.map { "\(Self.display($0)) \(Text.number(complex.q($0) ?? 0, digits: 2)) mV" }
        return OriginFinding(
            .infarction, wall: wall, confidence: 0.6,
            evidence: [
                (found.contains { complex.hasPathologicalQ($0) }
                    ? "Q waves of at least 30 ms and 0.1 mV: " : "Q waves of at least a third of R: ")
                    + depths.joined(separator: ", ")
            ],
            source: found.allSatisfy { complex.hasPathologicalQ($0) }
                ? Guideline.infarction : "Minnesota Code 1-2: Prineas et al., 2nd edition (2010)")
    }

    /// R of at least 40 ms in V1 and V2 that exceeds S, with an upright T wave.
    private func posterior(_ complex: UsualComplex) -> OriginFinding? {
        let shows = InfarctionWall.posterior.leads.allSatisfy { lead in
            guard let r = complex.r(lead), let s = complex.s(lead), let t = complex.t(lead),
                let peak = complex.peakTime(lead)
            else { return false }
            return r > s && r > 0.3 && t > 0.1 && peak >= 20 && peak <= 60
        }
        guard shows, complex.duration < 120 else { return nil }
        return OriginFinding(
            .infarction, wall: .posterior, confidence: 0.4,
            evidence: ["R exceeds S in V1 and V2, with an upright T wave"], source: Guideline.infarction)
    }

    /// ST elevation at J in two leads of a wall: 0.1 mV; in V2 and V3 by sex and age.
    private func elevation(of wall: InfarctionWall, _ complex: UsualComplex) -> OriginFinding? {
        guard wall != .posterior, !isFluttering, complex.duration < 120 else { return nil }
        let found = wall.leads.filter { lead in complex.stJ(lead).map { $0 >= limit(lead) } ?? false }
        guard found.count >= 2 else { return nil }
        // The opposite leads are depressed in acute infarction; early repolarization has no such leads.
        let opposite: [String] = wall == .inferior ? ["I", "AVL"] : ["II", "III", "AVF"]
        let depressed = opposite.filter { complex.stJ($0).map { $0 <= -0.05 } ?? false }
        guard !depressed.isEmpty else { return nil }
        let levels = (found + depressed).map { lead in
            "\(Self.display(lead)) \(Text.number(complex.stJ(lead) ?? 0, digits: 2)) mV"
        }
        return OriginFinding(
            .infarction, wall: wall, isUrgent: true, confidence: 0.6,
            evidence: ["ST elevation at J with opposite depression: \(levels.joined(separator: ", "))", limitsText],
            source: Guideline.infarction)
    }

    /// mV.
    private func limit(_ lead: String) -> Double {
        guard lead == "V2" || lead == "V3" else { return 0.1 }
        switch (patient.sex, patient.age) {
        case (.female?, _): return 0.15
        case (.male?, let age?): return age < 40 ? 0.25 : 0.2
        default: return 0.25
        }
    }

    private var limitsText: String {
        "limits 0.1 mV, in V2 and V3 \(Text.number(limit("V2"), digits: 2)) mV"
            + (patient.sex == nil ? " (sex unknown)" : "")
    }

    static func display(_ lead: String) -> String {
        lead.hasPrefix("AV") ? "aV" + lead.dropFirst(2) : lead
    }
}
