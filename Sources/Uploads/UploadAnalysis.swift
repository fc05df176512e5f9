import APIErrors
import Datasets
import Files
import Foundation
import Inference
import Interpretation
import LinearAlgebra
import PageDrawing
import RecordingFormats
import Signals

/// The analysis of an upload, with the corrections of a person applied.
///
/// Its numbers are those of `heartsense analyze` and `heartsense predict` for the same file.
package struct UploadAnalysis: Sendable {
    package let ecg: UploadedECG
    package let corrections: [Correction]
    /// The recording after the corrections; nil for pictures of beats.
    package let recording: Recording?
    package let interpretation: Interpretation?
    package let predictions: [Prediction]
    private let beatClasses: String

    /// Analyzes the recording.
    ///
    /// - Parameter analyzed: called after the analysis and before the classification.
    /// - Throws: `APIError` with `invalidCorrection`; `EnsembleError`.
    package init(
        of ecg: UploadedECG, corrections: [Correction] = [], by models: UploadModels, workers: Workers,
        analyzed: () -> Void = {}
    ) throws {
        (self.ecg, self.corrections) = (ecg, corrections)
        beatClasses = models.beats.map { "model \($0.model.name)" } ?? "rules"
        guard let first = ecg.recording else {
            guard corrections.isEmpty else {
                throw APIError(.invalidCorrection, "A picture of a beat has no leads that can be corrected.")
            }
            (recording, interpretation, predictions) = (nil, nil, ecg.predictions)
            return
        }
        let recording = try corrections.applied(to: first, scale: ecg.scale)
        self.recording = recording
        interpretation = try Interpretation(of: recording, patient: ecg.patient) { beats in
            try models.beats?.classify(beats, of: recording, workers: workers) ?? beats
        }
        analyzed()
        guard !models.recordings.isEmpty else {
            predictions = []
            return
        }
        let digest = try Self.digest(of: ecg, corrections)
        let measured = MeasuredRecording(recording, patient: ecg.patient)
        predictions = try models.recordings.flatMap {
            try $0.predictions(of: [(ecg.file, digest, measured)], workers: workers)
        }
    }

    /// The digest of the files or, with corrections, of the files and the corrections.
    private static func digest(of ecg: UploadedECG, _ corrections: [Correction]) throws -> Digest {
        guard !corrections.isEmpty, let changes = try? JSONBody.data(corrections) else {
            return Digest(hexadecimal: ecg.digest) ?? Digest(of: ecg.digest)
        }
        return Digest(of: "\(ecg.digest) \(String(decoding: changes, as: UTF8.self))")
    }

    /// The repairs that the self-checks propose for the recording as it now is.
    package var proposals: [UploadProposal] {
        guard let interpretation, let recording else { return [] }
        switch interpretation.limbLeads.finding {
        case .leadsExchanged(let one, let other): return [.exchange(one, other)]
        case .leadInverted(let lead): return [.invert(lead)]
        case .armElectrodesExchanged: return [.arms(of: recording)]
        case nil: return corrections.isEmpty ? ecg.proposals : []
        }
    }

    // MARK: - JSON

    /// The addresses of a result's files.
    package struct Links: Encodable, Sendable {
        let ecg: String?
        let overlay: String?
        let report: String?
        let hea: String?
        let dat: String?
        let csv: String?

        /// - Parameter place: the address of the result.
        init(_ place: String, of analysis: UploadAnalysis) {
            let has = analysis.recording != nil
            ecg = has ? "\(place)/ecg.svg" : nil
            overlay = analysis.ecg.overlay != nil ? "\(place)/overlay.png" : nil
            report = has ? "\(place)/report.pdf" : nil
            hea = has ? "\(place)/recording.hea" : nil
            dat = has ? "\(place)/recording.dat" : nil
            csv = has ? "\(place)/recording.csv" : nil
        }

        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(ecg, forKey: .ecg)
            try values.encode(overlay, forKey: .overlay)
            try values.encode(report, forKey: .report)
            try values.encode(hea, forKey: .hea)
            try values.encode(dat, forKey: .dat)
            try values.encode(csv, forKey: .csv)
        }

        enum CodingKeys: String, CodingKey { case ecg, overlay, report, hea, dat, csv }
    }

    /// The body of the response: one object in which the analysis, the predictions and the digitization are the lines
    /// that the command line prints.
    ///
    /// - Parameters:
    ///   - created: the time of the upload in ISO 8601.
    ///   - expires: the time when the result is deleted, in ISO 8601; nil if unknown.
    package func json(id: String, created: String, expires: String?) throws -> Data {
        let report = interpretation.map { AnalysisReport($0, file: ecg.file, beatClasses: beatClasses) }
        let links = Links("/results/\(id)", of: self)
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try JSONBody.data(value), as: UTF8.self)
        }
        let members: [(String, String)] = [
            ("analysis", try report?.jsonLine() ?? "null"),
            ("corrected", corrections.isEmpty ? "false" : "true"),
            ("corrections", try text(corrections)), ("created", try text(created)),
            ("description", recording == nil ? "null" : try text(description)),
            ("digitization", ecg.digitization ?? "null"), ("ecg_image_url", try text(links.ecg)),
            ("expires", try text(expires)), ("files", try text(ecg.files)),
            ("heart_rate_bpm", try text(heartRate)), ("id", try text(id)),
            ("inferred_anatomic_location", try text(interpretation?.origin.first?.name)),
            ("labels", try text(predictions.first?.labels ?? [])), ("links", try text(links)),
            ("notice", try text(Prediction.notice)),
            ("predictions", "[\(try predictions.map { try $0.jsonLine() }.joined(separator: ","))]"),
            ("proposals", try text(proposals)),
            ("rhythm_classification", try text(interpretation?.rhythm.first?.code.name)),
            ("urgent", interpretation?.isUrgent == true ? "true" : "false"), ("warnings", try text(ecg.warnings)),
        ]
        return Data("{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}".utf8)
    }

    /// Rounded as in the analysis.
    private var heartRate: Double? { interpretation?.measurements.heartRate.value.map { ($0 * 10).rounded() / 10 } }

    // MARK: - Files

    /// The recording on millimeter paper, see `ScreenDrawing`; nil for pictures of beats.
    package func svg() throws -> Data? {
        guard let interpretation, let recording else { return nil }
        let waves = interpretation.measurements.delineation.beats
        let beats = zip(interpretation.beats.beats, waves).map { beat, waves in
            ScreenDrawing.Beat(
                seconds: Double(beat.sample) / recording.samplingRate, code: beat.beatClass.code, waves: waves)
        }
        let findings = interpretation.rhythm.map {
            PageMarks.Finding(text: $0.code.name, isUrgent: $0.code.isUrgent, episodes: $0.episodes)
        }
        return try ScreenDrawing(of: recording, layout: ecg.layout, beats: beats, findings: findings)
            .svg(title: title(of: recording), description: description)
    }

    private func title(of recording: Recording) -> String {
        let count = recording.leads.count
        return "ECG, \(count) lead\(count == 1 ? "" : "s"), \(UploadReading.number(recording.duration)) seconds"
    }

    /// The drawing in words, for example `Lead II, 10 seconds, 12 beats, regular, 72 beats per minute. Sinus rhythm.`
    package var description: String {
        guard let interpretation, let recording else { return "" }
        let count = interpretation.beats.beats.count
        let lead = recording.lead(named: "II") ?? recording.leads.first
        var parts = [
            "Lead \(lead?.name ?? "")", "\(UploadReading.number(recording.duration)) seconds",
            "\(count) beat\(count == 1 ? "" : "s")",
        ]
        if let regularity = Self.regularity(of: interpretation) { parts.append(regularity) }
        if let rate = interpretation.measurements.heartRate.value {
            parts.append("\(Int(rate.rounded())) beats per minute")
        }
        let findings = interpretation.rhythm.prefix(3).map(\.code.name).joined(separator: ", ")
        return parts.joined(separator: ", ") + "." + (findings.isEmpty ? "" : " \(findings).")
    }

    /// Regular where the intervals between the beats differ by at most a tenth from their mean; nil for fewer than 3 beats.
    private static func regularity(of interpretation: Interpretation) -> String? {
        let samples = interpretation.beats.beats.map { Double($0.sample) }
        let intervals = zip(samples, samples.dropFirst()).map { $1 - $0 }
        guard intervals.count > 1 else { return nil }
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        return intervals.allSatisfy { abs($0 - mean) <= 0.1 * mean } ? "regular" : "irregular"
    }
}
