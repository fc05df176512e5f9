import Signals

/// The place where beats start, or where a wall of the heart is damaged.
public struct OriginFinding: Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        case sinus, atrial, junctional, ventricular, infarction
    }

    public let code: Code
    /// Ventricular beats only: the likely site; nil where the leads do not show it.
    public let site: VentricularSite?
    /// Infarctions only.
    public let wall: InfarctionWall?
    /// True for ST elevation of an acute infarction.
    public let isUrgent: Bool
    /// 0…1.
    public let confidence: Double
    public let evidence: [String]
    public let source: String

    init(
        _ code: Code, site: VentricularSite? = nil, wall: InfarctionWall? = nil, isUrgent: Bool = false,
        confidence: Double, evidence: [String], source: String
    ) {
        self.code = code
        self.site = site
        self.wall = wall
        self.isUrgent = isUrgent
        self.confidence = confidence
        self.evidence = evidence
        self.source = source
    }

    /// The name for readers, for example `Ventricular, right outflow tract`.
    public var name: String {
        switch code {
        case .sinus: "Sinus node"
        case .atrial: "Atrial"
        case .junctional: "AV junction"
        case .ventricular: "Ventricular" + (site.map { ", \($0.name)" } ?? "")
        case .infarction: "Infarction" + (wall.map { ", \($0.rawValue) wall" } ?? "")
        }
    }

    /// Returns the origins of the rhythms that were found, and the walls of infarctions; urgent ones first.
    ///
    /// - Parameters:
    ///   - rhythm: found in these beats.
    ///   - patient: age and sex, on which the limits of ST elevation depend.
    public static func all(
        for beats: Beats, _ measurements: Measurements, _ rhythm: [RhythmFinding], in recording: Recording,
        patient: Patient
    ) -> [OriginFinding] {
        var result: [OriginFinding] = []
        for finding in rhythm {
            guard let code = Self.code(of: finding.code), !result.contains(where: { $0.code == code }) else { continue }
            if code == .ventricular {
                result.append(VentricularSite.finding(for: beats, measurements, finding, in: recording))
            } else {
                result.append(
                    OriginFinding(
                        code, confidence: finding.confidence,
                        evidence: ["\(finding.code.name): \(finding.evidence.joined(separator: ", "))"],
                        source: finding.source))
            }
        }
        let context = InfarctionRules(beats: beats, measurements, rhythm, in: recording, patient: patient)
        result += context.findings
        return result.filter(\.isUrgent) + result.filter { !$0.isUrgent }
    }

    private static func code(of rhythm: RhythmCode) -> Code? {
        switch rhythm {
        case .sinusRhythm, .sinusBradycardia, .sinusTachycardia, .sinusArrhythmia: .sinus
        case .atrialFibrillation, .atrialFlutter, .supraventricularTachycardia, .atrialPrematureBeats,
            .atrialBigeminy:
            .atrial
        case .junctionalRhythm: .junctional
        case .ventricularPrematureBeats, .ventricularCouplet, .ventricularBigeminy, .ventricularTrigeminy,
            .ventricularRun, .idioventricularRhythm, .ventricularTachycardia, .ventricularFlutter,
            .ventricularFibrillation:
            .ventricular
        default: nil
        }
    }
}
