import Foundation
import Signals

/// An interpretation as one line of JSON, as `heartsense analyze --json` prints it.
///
/// A value that could not be measured is `null`.
public struct AnalysisReport: Encodable, Sendable {
    let file: String
    let durationS: Double
    let samplingRateHz: Double
    let leads: [Lead]
    let heartRateBpm: Value
    /// The source of the classes of beats: `rules`, or the name of a model.
    let beatClasses: String
    private(set) var beats: BeatList
    let measurements: MeasurementEntry
    let rhythm: [RhythmEntry]
    let origin: [OriginEntry]
    let urgent: Bool
    let quality: Quality
    let notice = "Not a medical device."

    private enum CodingKeys: String, CodingKey {
        case file, leads, beats, measurements, rhythm, origin, urgent, quality, notice
        case durationS = "duration_s"
        case samplingRateHz = "sampling_rate_hz"
        case heartRateBpm = "heart_rate_bpm"
        case beatClasses = "beat_classes"
    }

    /// - Parameters:
    ///   - file: the name to print.
    ///   - beatClasses: the source of the classes of beats: `rules`, or the name of a model.
    public init(_ interpretation: Interpretation, file: String, beatClasses: String = "rules") {
        let recording = interpretation.recording
        self.file = file
        self.beatClasses = beatClasses
        durationS = Self.rounded(recording.duration, 3)
        samplingRateHz = recording.samplingRate
        leads = interpretation.beats.leads.map {
            Lead(name: $0.name, quality: $0.grade.rawValue, reasons: $0.reasons.map(\.rawValue))
        }
        heartRateBpm = Value(interpretation.measurements.heartRate, digits: 1)
        let waves = interpretation.measurements.delineation.beats
        beats = BeatList(beats: interpretation.beats.beats[...], waves: waves[...], rate: recording.samplingRate)
        measurements = MeasurementEntry(interpretation.measurements)
        rhythm = interpretation.rhythm.map { RhythmEntry($0) }
        origin = interpretation.origin.map { OriginEntry($0) }
        urgent = interpretation.isUrgent
        quality = Quality(usable: interpretation.isUsable, reasons: interpretation.reasons)
    }

    /// One line, without a line break at its end.
    ///
    /// The beats are encoded a few at a time, because the encoder needs much memory for the 100,000 beats of a day.
    public func jsonLine() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var rest = self
        rest.beats = beats.part(0 ..< 0)
        let frame = String(decoding: try encoder.encode(rest), as: UTF8.self)
        guard let place = frame.range(of: "\"beats\":[") else {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
        var line = String(frame[..<place.upperBound])
        for start in stride(from: 0, to: beats.count, by: 1000) {
            let part = try encoder.encode(beats.part(start ..< min(start + 1000, beats.count)))
            if start > 0 { line += "," }
            line += String(decoding: part.dropFirst().dropLast(), as: UTF8.self)
        }
        return line + frame[place.upperBound...]
    }

    fileprivate static func rounded(_ value: Double, _ digits: Int) -> Double {
        let scale = pow(10, Double(digits))
        return (value * scale).rounded() / scale
    }

    /// A number or `null`.
    struct Value: Encodable, Sendable {
        let value: Double?

        init(_ measured: MeasuredValue, digits: Int) {
            value = measured.value.map { AnalysisReport.rounded($0, digits) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let value { try container.encode(value) } else { try container.encodeNil() }
        }
    }

    /// Times of a wave in seconds, or `null`.
    struct Times: Encodable, Sendable {
        let seconds: [Double]?

        init(_ seconds: [Double]?) { self.seconds = seconds?.map { AnalysisReport.rounded($0, 4) } }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let seconds { try container.encode(seconds) } else { try container.encodeNil() }
        }
    }

    struct Lead: Encodable, Sendable {
        let name: String
        let quality: String
        let reasons: [String]
    }

    /// Entries that are made when they are encoded.
    struct BeatList: Encodable, Sendable {
        let beats: ArraySlice<Beat>
        let waves: ArraySlice<BeatWaves>
        let rate: Double

        var count: Int { beats.count }

        func part(_ range: Range<Int>) -> BeatList {
            BeatList(
                beats: beats[beats.startIndex + range.lowerBound ..< beats.startIndex + range.upperBound],
                waves: waves[waves.startIndex + range.lowerBound ..< waves.startIndex + range.upperBound], rate: rate)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            for (beat, waves) in zip(beats, waves) { try container.encode(BeatEntry(beat, waves, rate: rate)) }
        }
    }

    struct BeatEntry: Encodable, Sendable {
        let timeS: Double
        let `class`: String
        let pS: Times
        let qrsS: Times
        let tS: Times

        private enum CodingKeys: String, CodingKey {
            case `class`
            case timeS = "time_s"
            case pS = "p_s"
            case qrsS = "qrs_s"
            case tS = "t_s"
        }

        init(_ beat: Beat, _ waves: BeatWaves, rate: Double) {
            timeS = AnalysisReport.rounded(Double(beat.sample) / rate, 4)
            `class` = beat.beatClass.code
            pS = Times(waves.p.map { [$0.onset, $0.peak, $0.end] })
            qrsS = Times(waves.qrs.map { [$0.onset, $0.end] })
            tS = Times(waves.t.map { [$0.onset, $0.peak, $0.end] })
        }
    }

    /// Intervals, axes and statistics, with the reasons of those that are missing, and amplitudes by lead.
    struct MeasurementEntry: Encodable, Sendable {
        private let values: [(String, Value)]
        private let leads: [(String, [(String, Value)])]
        private let reasons: [(String, String)]

        init(_ measurements: Measurements) {
            let rr = measurements.rrStatistics
            let hypertrophy = measurements.hypertrophy
            let all: [(String, MeasuredValue, Int)] = [
                ("p_ms", measurements.pDuration, 0), ("pr_ms", measurements.prInterval, 0),
                ("qrs_ms", measurements.qrsDuration, 0), ("qt_ms", measurements.qtInterval, 0),
                ("qtc_bazett_ms", measurements.qtcBazett, 0), ("qtc_fridericia_ms", measurements.qtcFridericia, 0),
                ("axis_deg", measurements.qrsAxis, 0), ("p_axis_deg", measurements.pAxis, 0),
                ("t_axis_deg", measurements.tAxis, 0), ("sdnn_ms", rr.sdnn, 1), ("rmssd_ms", rr.rmssd, 1),
                ("pnn50", rr.pnn50, 3), ("sokolow_lyon_mv", hypertrophy.sokolowLyon, 3),
                ("cornell_mv", hypertrophy.cornell, 3), ("cornell_product_mv_ms", hypertrophy.cornellProduct, 1),
            ]
            values = all.map { ($0, Value($1, digits: $2)) }
            reasons = all.compactMap { name, value, _ in value.reason.map { (name, $0.rawValue) } }
            leads = measurements.leads.map { lead in
                let amplitudes: [(String, MeasuredValue)] = [
                    ("q_mv", lead.q), ("r_mv", lead.r), ("s_mv", lead.s), ("st_j_mv", lead.stJ),
                    ("st_j60_mv", lead.stJ60), ("st_j80_mv", lead.stJ80), ("p_mv", lead.p), ("t_mv", lead.t),
                ]
                return (lead.name, amplitudes.map { ($0, Value($1, digits: 3)) })
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in values { try container.encode(value, forKey: Key(name)) }
            var absent = container.nestedContainer(keyedBy: Key.self, forKey: Key("unmeasurable"))
            for (name, reason) in reasons { try absent.encode(reason, forKey: Key(name)) }
            var all = container.nestedContainer(keyedBy: Key.self, forKey: Key("leads"))
            var seen: Set<String> = []
            for (name, amplitudes) in leads where seen.insert(name).inserted {
                var lead = all.nestedContainer(keyedBy: Key.self, forKey: Key(name))
                for (key, value) in amplitudes { try lead.encode(value, forKey: Key(key)) }
            }
        }
    }

    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    struct RhythmEntry: Encodable, Sendable {
        let code: String
        let name: String
        let confidence: Double
        let evidence: [String]
        let source: String
        let episodes: [[Double]]
        /// False for a rule without real records; absent else.
        let validated: Bool?
        /// True for an urgent finding; absent else.
        let urgent: Bool?

        init(_ finding: RhythmFinding) {
            code = finding.code.rawValue
            name = finding.code.name
            confidence = AnalysisReport.rounded(finding.confidence, 2)
            evidence = finding.evidence
            source = finding.source
            episodes = finding.episodes.map {
                [AnalysisReport.rounded($0.lowerBound, 3), AnalysisReport.rounded($0.upperBound, 3)]
            }
            validated = finding.code.isValidated ? nil : false
            urgent = finding.code.isUrgent ? true : nil
        }
    }

    struct OriginEntry: Encodable, Sendable {
        let code: String
        let name: String
        let site: String?
        let wall: String?
        let confidence: Double
        let evidence: [String]
        let source: String
        /// True for an urgent finding; absent else.
        let urgent: Bool?

        init(_ finding: OriginFinding) {
            code = finding.code.rawValue
            name = finding.name
            site = finding.site?.rawValue
            wall = finding.wall?.rawValue
            confidence = AnalysisReport.rounded(finding.confidence, 2)
            evidence = finding.evidence
            source = finding.source
            urgent = finding.isUrgent ? true : nil
        }
    }

    struct Quality: Encodable, Sendable {
        let usable: Bool
        let reasons: [String]
    }
}
