import Classifiers
import DiagnosticFeatures
import Digitization
import Files
import Foundation
import RecordingFormats
import Signals

/// A recording with its measurements: the input of a classifier of recordings.
public struct MeasuredRecording: Sendable {
    public let recording: Recording
    public let patient: Patient
    package let beats: Beats
    package let measurements: TwelveLeadMeasurements
    /// The reasons to distrust a classification.
    package let findings: [Reason]

    /// The fewest leads of good quality that are enough.
    static let goodLeads = 6
    /// The fewest beats with which a rhythm can be seen.
    static let fewestBeats = 3

    /// The smallest agreement of the limb leads in dB. Equal or unrelated signals have -2 to -3 dB.
    static let limbLeadAgreement = 0.0

    /// The largest share of missing measurements. Of the recordings of PTB-XL, 1 % have more.
    static let missingLimit = 0.3

    /// Measures a recording.
    public init(_ recording: Recording, patient: Patient = Patient()) {
        self.recording = recording
        self.patient = patient
        beats = BeatDetector().beats(in: recording)
        measurements = TwelveLeadMeasurements(of: recording, beats: beats)
        var findings: [Reason] = []
        if beats.beats.count < Self.fewestBeats || Self.limbLeadsContradict(recording, beats) {
            findings.append(.notAnECG)
        }
        if !measurements.missingLeads.isEmpty { findings.append(.fewLeads) }
        if beats.leads.count(where: { $0.grade == .good }) < Self.goodLeads { findings.append(.poorQuality) }
        let missing = measurements.values.count { !$0.isFinite }
        if Double(missing) > Self.missingLimit * Double(measurements.values.count) {
            findings.append(.outOfDistribution)
        }
        self.findings = findings
    }

    /// Whether the limb leads do not depend on each other as those of a heart do, by whatever exchange of names.
    private static func limbLeadsContradict(_ recording: Recording, _ beats: Beats) -> Bool {
        let check = LimbLeadCheck(recording, beats: beats)
        switch check.finding {
        case .leadsExchanged, .leadInverted: return false
        case .armElectrodesExchanged, nil: return check.agreement.map { $0 < limbLeadAgreement } ?? false
        }
    }

    /// Reads and measures a file: a recording, or the first page with an ECG.
    ///
    /// - Throws: The errors of `RecordingFile`; `PageDigitizer`'s errors; `PageRefusal` for a page that cannot be used.
    public init(contentsOf path: String) throws {
        guard PageDigitizer.isPage(path) else {
            let file = try RecordingFile(path)
            self.init(file.recording, patient: file.patient)
            if let error = recording.readingError { throw error }
            return
        }
        let pages = try PageDigitizer().digitize(contentsOf: path).pages
        guard let page = pages.first(where: \.isUsable) else {
            throw PageRefusal(path: path, reasons: pages[0].reasons)
        }
        self.init(page.recording)
    }

    /// The digest of the leads' names and samples.
    var contentDigest: Digest {
        var hasher = Digest.Hasher()
        hasher.update(Array("\(recording.samplingRate) \(recording.leads.map(\.name))".utf8))
        for lead in recording.leads { lead.samples.withUnsafeBytes { hasher.update($0) } }
        return hasher.finish()
    }
}

/// A page that cannot be classified, with the reasons.
public struct PageRefusal: Error, Equatable, LocalizedError, CustomStringConvertible {
    public let path: String
    public let reasons: [PageReason]

    public var description: String { "\(path): \(reasons.map(\.sentence).joined(separator: " "))" }
    public var errorDescription: String? { description }
}
