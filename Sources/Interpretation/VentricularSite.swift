import Signals

/// The likely site of origin of ventricular beats.
///
/// - Source: Josephson & Callans, Heart Rhythm 2 (2005) 443; Enriquez et al., Heart Rhythm 16 (2019) 1538.
public enum VentricularSite: String, Sendable, CaseIterable {
    case rightOutflow = "right-outflow"
    case leftOutflow = "left-outflow"
    case septal
    case rightFreeWall = "right-free-wall"
    case leftFreeWall = "left-free-wall"
    case apical

    var name: String {
        switch self {
        case .rightOutflow: "right outflow tract"
        case .leftOutflow: "left outflow tract"
        case .septal: "septum"
        case .rightFreeWall: "right free wall"
        case .leftFreeWall: "left free wall"
        case .apical: "apex"
        }
    }

    /// Net areas of the QRS complex by lead, in mV·s; positive is upright.
    struct Polarity {
        let areas: [String: Double]

        func isPositive(_ lead: String) -> Bool? { areas[lead].map { $0 > 0 } }
    }

    /// The site, with its reasons; nil without V1 and two inferior leads.
    static func site(_ polarity: Polarity) -> (site: VentricularSite, evidence: [String])? {
        guard let v1 = polarity.isPositive("V1"), let foot = polarity.areas["AVF"] ?? polarity.areas["III"],
            let second = polarity.areas["II"]
        else { return nil }
        let isInferior = foot > 0 && second > 0
        let chest = ["V1", "V2", "V3", "V4", "V5", "V6"]
        let lateral = ["V4", "V5", "V6"].compactMap { polarity.isPositive($0) }
        var evidence = [
            v1 ? "upright in V1" : "negative in V1", isInferior ? "upright in II and aVF" : "negative in II or aVF",
        ]
        if lateral.count == 3, !lateral.contains(true), !isInferior {
            return (.apical, evidence + ["negative from V4 to V6"])
        }
        let transition = chest.firstIndex { polarity.isPositive($0) == true }.map { $0 + 1 }
        if let transition { evidence.append("first upright chest lead V\(transition)") }
        if v1 {
            if isInferior { return (.leftOutflow, evidence) }
            let isLeft = polarity.isPositive("I") ?? false
            return (isLeft ? .septal : .leftFreeWall, evidence + [isLeft ? "upright in I" : "negative in I"])
        }
        if isInferior { return ((transition ?? 7) <= 2 ? .leftOutflow : .rightOutflow, evidence) }
        return ((transition ?? 7) >= 5 ? .rightFreeWall : .septal, evidence)
    }

    /// The origin of the ventricular beats, from the median beat of their largest cluster.
    static func finding(
        for beats: Beats, _ measurements: Measurements, _ finding: RhythmFinding, in recording: Recording
    ) -> OriginFinding {
        let clusters = Set(beats.beats.filter { $0.beatClass == .ventricular }.map(\.cluster)).sorted()
        let largest = clusters.max { beats.clusters[$0].members.count < beats.clusters[$1].members.count }
        let found = largest.flatMap { polarity(of: $0, beats, measurements, recording) }.flatMap { site($0) }
        return OriginFinding(
            .ventricular, site: found?.site, confidence: found == nil ? finding.confidence : 0.5,
            evidence: found?.evidence ?? finding.evidence,
            source: found == nil ? finding.source : "Josephson & Callans, Heart Rhythm 2 (2005) 443")
    }

    private static func polarity(
        of cluster: Int, _ beats: Beats, _ measurements: Measurements, _ recording: Recording
    ) -> Polarity? {
        let median = beats.clusters[cluster].medianBeat
        guard let qrs = measurements.delineation.clusters[cluster].waves.qrs,
            median.leads.count == recording.leads.count
        else { return nil }
        let place = { (seconds: Double) in median.fiducial + Int((seconds * recording.samplingRate).rounded()) }
        var areas: [String: Double] = [:]
        for (lead, samples) in zip(recording.leads, median.leads) {
            let range = (place(qrs.onset) ..< place(qrs.end) + 1).clamped(to: samples.indices)
            guard let first = range.first, samples[range].allSatisfy(\.isFinite) else { continue }
            let sum = samples[range].reduce(0.0) { $0 + Double($1 - samples[first]) }
            areas[lead.name.uppercased()] = sum / recording.samplingRate
        }
        return Polarity(areas: areas)
    }
}
