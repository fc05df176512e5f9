import Foundation
import Inference

/// The result of an upload as shown by `upload.mustache`, from the JSON of the response.
///
/// A value that is nil, false or empty leaves out its part of the page.
struct UploadView {
    struct Finding {
        let name: String
        let percent: String
        let evidence: [String]
        let source: String
        /// The times of the episodes; nil if they are the whole recording.
        let episodes: String?
        let isUrgent: Bool
        let isNotValidated: Bool
    }

    struct Lead {
        let name: String
        let quality: String
        /// The reasons for a lower quality; nil for none.
        let note: String?
        /// Amplitudes in mV.
        let p: String
        let q: String
        let r: String
        let s: String
        let st: String
        let t: String
    }

    struct Fact {
        let name: String
        let value: String
    }

    struct Condition {
        let condition: String
        let percent: String
    }

    struct Quality {
        let summary: String
        let hasReasons: Bool
        let reasons: [String]
        let hasLeft: Bool
        /// The leads that were read in part only.
        let left: [String]
        let facts: [Fact]
    }

    struct Drawing {
        let address: String
        /// The drawing in words.
        let text: String
    }

    let id: String
    let created: String
    let time: String
    let expires: String?
    let isCorrected: Bool
    /// The corrections in words.
    let changes: [String]
    /// The names of urgent findings.
    let urgent: [String]
    let hasVerdict: Bool
    /// Rhythm and rate.
    let verdict: String?
    let isUncertain: Bool
    /// Why the ECG cannot be read reliably.
    let reasons: [String]
    let hasConditions: Bool
    let conditions: [Condition]
    /// Sentences about leads that are probably wrong.
    let doubts: [String]
    /// Sentences of the models that name no condition.
    let undecidedModels: [String]
    let ecg: Drawing?
    let overlay: Drawing?
    let hasMeasurements: Bool
    let measurements: [UploadMeasurement]
    let leads: [Lead]
    let hasRhythm: Bool
    let rhythm: [Finding]
    let hasOrigin: Bool
    let origin: [Finding]
    let hasPredictions: Bool
    /// The predictions for a recording.
    let predictions: [AnswerView]
    let hasSummary: Bool
    /// The predictions for pictures of beats.
    let answers: [AnswerView]
    let quality: Quality?
    let hasFiles: Bool
    let files: [UploadBody.File]
    let links: UploadBody.Links

    /// - Throws: `DecodingError`.
    init(_ json: Data, models: [Site.Model] = [], sendsMail: Bool = false) throws {
        let body = try JSONDecoder().decode(UploadBody.self, from: json)
        (id, created, time) = (body.id, body.created, AccountPages.time(body.created))
        expires = body.expires.map(AccountPages.time)
        (isCorrected, changes) = (body.corrected, body.corrections.map(\.words))
        (files, links, hasFiles) = (body.files, body.links, !body.files.isEmpty)
        overlay = links.overlay.map { Drawing(address: $0, text: "") }
        let place = ResultPlace(sendsMail: sendsMail)
        let views = body.predictions.enumerated().map {
            AnswerView(number: $0 + 1, file: $1.file, answer: .success($1), place: place, models: models)
        }
        var doubts = body.proposals.map(\.sentence)
        if let page = body.digitization, !body.corrected {
            doubts += zip(page.reasons, page.messages).filter { $0.0 == "leads_inconsistent" }.map(\.1)
        }
        self.doubts = doubts
        guard let analysis = body.analysis else {
            (answers, predictions, hasSummary) = (views, [], views.count > 1)
            (ecg, quality, verdict) = (nil, nil, nil)
            (hasVerdict, isUncertain, hasConditions, hasMeasurements) = (false, false, false, false)
            (hasRhythm, hasOrigin, hasPredictions) = (false, false, false)
            (urgent, reasons, conditions, undecidedModels) = ([], [], [], [])
            (measurements, leads, rhythm, origin) = ([], [], [], [])
            return
        }
        (answers, predictions, hasSummary, hasPredictions) = ([], views, false, !views.isEmpty)
        ecg = links.ecg.map { Drawing(address: $0, text: body.description ?? "") }
        rhythm = analysis.rhythm.map { Finding($0, duration: analysis.duration) }
        origin = analysis.origin.map { Finding($0, duration: analysis.duration) }
        (hasRhythm, hasOrigin) = (!rhythm.isEmpty, !origin.isEmpty)
        urgent = (rhythm + origin).filter(\.isUrgent).map(\.name)
        let rate = analysis.heartRate.map { "\(Int($0.rounded())) beats per minute" }
        let parts = rhythm.filter { !$0.isUrgent }.map(\.name) + [rate].compactMap { $0 }
        (verdict, hasVerdict) = (parts.isEmpty ? nil : parts.joined(separator: ", "), true)
        isUncertain = !analysis.quality.usable || analysis.rhythm.first?.code == "undetermined"
        let problems = analysis.quality.reasons.map(Self.sentence) + body.warnings.map(Self.sentence)
        reasons = isUncertain ? problems : []
        conditions = views.flatMap(\.decided).map { Condition(condition: $0.condition, percent: $0.percent) }
        hasConditions = !conditions.isEmpty
        undecidedModels = views.filter(\.isUncertain).map {
            "Conditions (\($0.model ?? "")): uncertain. " + $0.reasons.joined(separator: " ")
        }
        measurements = UploadMeasurement.all(of: analysis)
        leads = analysis.leads.map { Lead($0, values: analysis.measurements.leads[$0.name] ?? [:]) }
        hasMeasurements = true
        let left = (body.digitization?.quality.coverage ?? [:]).filter { $0.value < 0.95 }
            .sorted { $0.key < $1.key }.map { "\($0.key): \(Int(($0.value * 100).rounded())) % was read" }
        quality = Quality(
            summary: analysis.quality.usable ? "The recording can be measured." : "The recording cannot be measured.",
            hasReasons: !problems.isEmpty, reasons: problems, hasLeft: !left.isEmpty, left: left,
            facts: Self.facts(body, analysis))
    }

    private static func facts(_ body: UploadBody, _ analysis: UploadBody.Analysis) -> [Fact] {
        var facts = [
            Fact(name: "Duration", value: "\(UploadMeasurement.text(analysis.duration)) s"),
            Fact(name: "Sampling rate", value: "\(UploadMeasurement.text(analysis.samplingRate)) Hz"),
            Fact(name: "Classes of beats", value: analysis.beatClasses),
        ]
        if let page = body.digitization?.page {
            facts += [
                Fact(name: "Layout", value: page.layout ?? "unknown"),
                Fact(
                    name: "Paper speed", value: "\(UploadMeasurement.text(page.speed)) mm/s (\(origin(page.speedFrom)))"
                ),
                Fact(name: "Gain", value: "\(UploadMeasurement.text(page.gain)) mm/mV (\(origin(page.gainFrom)))"),
            ]
        }
        if let decibels = body.digitization?.quality.decibels {
            facts.append(
                Fact(name: "Agreement of the limb leads", value: "\(UploadMeasurement.text(decibels)) dB"))
        }
        return facts
    }

    private static func origin(_ evidence: String?) -> String {
        switch evidence {
        case "pulse": "from the calibration pulse"
        case "text": "from the text on the page"
        case nil, "assumed": "assumed"
        case let other?: other
        }
    }

    private static func sentence(_ text: String) -> String {
        AnswerView.capitalized(text) + (text.hasSuffix(".") ? "" : ".")
    }
}

extension UploadView.Finding {
    init(_ finding: UploadBody.Finding, duration: Double) {
        let place = [finding.site, finding.wall].compactMap { $0 }.first { !finding.name.lowercased().contains($0) }
        name = finding.name + (place.map { " (\($0.replacing("-", with: " ")))" } ?? "")
        (evidence, source) = (finding.evidence, finding.source)
        percent = AnswerView.percent(finding.confidence)
        (isUrgent, isNotValidated) = (finding.urgent ?? false, finding.validated == false)
        let parts = finding.episodes ?? []
        let isWhole = parts.count == 1 && parts[0][0] < 0.1 && parts[0][1] > duration - 0.1
        let times = parts.prefix(10).map {
            "\(UploadMeasurement.text($0[0])) to \(UploadMeasurement.text($0[1])) s"
        }
        episodes =
            isWhole || parts.isEmpty
            ? nil : times.joined(separator: ", ") + (parts.count > 10 ? ", and \(parts.count - 10) more" : "")
    }
}

extension UploadView.Lead {
    init(_ lead: UploadBody.Lead, values: [String: Double?]) {
        (name, quality) = (lead.name, lead.quality)
        let reasons = lead.reasons ?? []
        note = reasons.isEmpty ? nil : reasons.map { $0.replacing("-", with: " ") }.joined(separator: ", ")
        func amplitude(_ key: String) -> String { (values[key] ?? nil).map(UploadMeasurement.text) ?? "–" }
        (p, q, r) = (amplitude("p_mv"), amplitude("q_mv"), amplitude("r_mv"))
        (s, st, t) = (amplitude("s_mv"), amplitude("st_j60_mv"), amplitude("t_mv"))
    }
}
