import Foundation
import Inference
import Uploads

/// The parts of the JSON of an upload that the page shows.
struct UploadBody: Decodable {
    struct File: Decodable {
        let name: String
        let kind: String
        let understood: String
    }

    struct Links: Decodable {
        let ecg: String?
        let overlay: String?
        let report: String?
        let hea: String?
        let dat: String?
        let csv: String?
    }

    struct Lead: Decodable {
        let name: String
        let quality: String
        let reasons: [String]?
    }

    struct Finding: Decodable {
        let code: String
        let name: String
        let site: String?
        let wall: String?
        let confidence: Double
        let evidence: [String]
        let source: String
        let episodes: [[Double]]?
        let validated: Bool?
        let urgent: Bool?
    }

    struct Quality: Decodable {
        let usable: Bool
        let reasons: [String]
    }

    struct Measurements: Decodable {
        /// The numbers by their keys.
        private(set) var values: [String: Double?] = [:]
        let leads: [String: [String: Double?]]
        let unmeasurable: [String: String]

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            leads = try container.decode([String: [String: Double?]].self, forKey: Key("leads"))
            unmeasurable = try container.decode([String: String].self, forKey: Key("unmeasurable"))
            for key in container.allKeys where !["leads", "unmeasurable"].contains(key.stringValue) {
                values[key.stringValue] = try container.decodeIfPresent(Double.self, forKey: key)
            }
        }
    }

    struct Analysis: Decodable {
        let duration: Double
        let samplingRate: Double
        let heartRate: Double?
        let beatClasses: String
        let leads: [Lead]
        let measurements: Measurements
        let rhythm: [Finding]
        let origin: [Finding]
        let quality: Quality

        enum CodingKeys: String, CodingKey {
            case leads, measurements, rhythm, origin, quality
            case duration = "duration_s"
            case samplingRate = "sampling_rate_hz"
            case heartRate = "heart_rate_bpm"
            case beatClasses = "beat_classes"
        }
    }

    struct Digitization: Decodable {
        struct Page: Decodable {
            let layout: String?
            let speed: Double
            let speedFrom: String?
            let gain: Double
            let gainFrom: String?

            enum CodingKeys: String, CodingKey {
                case layout
                case speed = "mm_per_s"
                case speedFrom = "mm_per_s_from"
                case gain = "mm_per_mv"
                case gainFrom = "mm_per_mv_from"
            }
        }

        struct Quality: Decodable {
            let coverage: [String: Double]
            let decibels: Double?

            enum CodingKeys: String, CodingKey {
                case coverage
                case decibels = "snr_estimate_db"
            }
        }

        let page: Page
        let quality: Quality
        /// The codes and the sentences of the page's problems.
        let reasons: [String]
        let messages: [String]
    }

    struct Proposal: Decodable {
        let sentence: String
    }

    let id: String
    let created: String
    let expires: String?
    let corrected: Bool
    let corrections: [Correction]
    let files: [File]
    let warnings: [String]
    let proposals: [Proposal]
    let links: Links
    let predictions: [Prediction]
    let analysis: Analysis?
    let digitization: Digitization?
    /// The drawing in words.
    let description: String?
}

extension Correction {
    /// The change in words.
    var words: String {
        func text(_ number: Double) -> String { UploadMeasurement.text((number * 1000).rounded() / 1000) }
        return switch self {
        case .rename(let lead, let to): "Lead \(lead) renamed to \(to)"
        case .swap(let one, let other): "Leads \(one) and \(other) exchanged"
        case .flip(let lead): "Lead \(lead) turned upside down"
        case .speed(let speed): "Paper speed set to \(text(speed)) mm/s"
        case .gain(let lead, let gain): "Gain of \(lead.map { "lead \($0)" } ?? "all leads") set to \(text(gain)) mm/mV"
        case .points(let lead, let points):
            "Lead \(lead) redrawn from \(text(points.first?.first ?? 0)) to \(text(points.last?.first ?? 0)) s"
        case .remove(let lead, let from, let to): "Lead \(lead) removed from \(text(from)) to \(text(to)) s"
        case .shift(let lead, let seconds, let millivolts):
            "Lead \(lead) moved by \(text(seconds)) s and \(text(millivolts)) mV"
        }
    }
}
