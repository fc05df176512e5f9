import APIErrors
import Foundation
import Signals

/// A change of a recording by hand, as `{"change": "swap", "leads": ["I", "II"]}`.
package enum Correction: Sendable, Equatable {
    case rename(lead: String, to: String)
    case swap(String, String)
    /// Turns a lead upside down.
    case flip(String)
    /// The paper speed in mm/s.
    case speed(Double)
    /// The gain in mm/mV of a lead, or of all leads.
    case gain(lead: String?, Double)
    /// Draws straight lines through points of seconds and millivolts.
    case points(lead: String, [[Double]])
    /// Removes the samples of a part, in seconds.
    case remove(lead: String, from: Double, to: Double)
    /// Moves a lead in time (seconds) and in level (millivolts).
    case shift(lead: String, seconds: Double, millivolts: Double)

    package static let speeds = 1.0 ... 500.0
    package static let gains = 0.1 ... 200.0
    /// The most corrections of an upload.
    package static let limit = 1000
    static let pointLimit = 10_000
    /// Millivolts. No ECG exceeds them.
    static let levels = -1000.0 ... 1000.0
}

extension Correction: Codable {
    private enum Change: String, Codable, CaseIterable {
        case rename, swap, flip, speed, gain, points, remove, shift
    }

    private enum CodingKeys: String, CodingKey {
        case change, lead, to, leads, points, seconds, mv
        case speed = "mm_per_s"
        case gain = "mm_per_mv"
        case fromS = "from_s"
        case toS = "to_s"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func lead() throws -> String { try values.decode(String.self, forKey: .lead) }
        func number(_ key: CodingKeys) throws -> Double { try values.decode(Double.self, forKey: key) }
        switch try values.decode(Change.self, forKey: .change) {
        case .rename: self = .rename(lead: try lead(), to: try values.decode(String.self, forKey: .to))
        case .swap:
            let leads = try values.decode([String].self, forKey: .leads)
            guard leads.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: .leads, in: values, debugDescription: "expected two names in leads")
            }
            self = .swap(leads[0], leads[1])
        case .flip: self = .flip(try lead())
        case .speed: self = .speed(try number(.speed))
        case .gain: self = .gain(lead: try values.decodeIfPresent(String.self, forKey: .lead), try number(.gain))
        case .points: self = .points(lead: try lead(), try values.decode([[Double]].self, forKey: .points))
        case .remove: self = .remove(lead: try lead(), from: try number(.fromS), to: try number(.toS))
        case .shift:
            self = .shift(
                lead: try lead(), seconds: try values.decodeIfPresent(Double.self, forKey: .seconds) ?? 0,
                millivolts: try values.decodeIfPresent(Double.self, forKey: .mv) ?? 0)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        func put(_ change: Change, lead: String? = nil) throws {
            try values.encode(change, forKey: .change)
            try values.encodeIfPresent(lead, forKey: .lead)
        }
        switch self {
        case .rename(let lead, let to):
            try put(.rename, lead: lead)
            try values.encode(to, forKey: .to)
        case .swap(let one, let other):
            try put(.swap)
            try values.encode([one, other], forKey: .leads)
        case .flip(let lead): try put(.flip, lead: lead)
        case .speed(let speed):
            try put(.speed)
            try values.encode(speed, forKey: .speed)
        case .gain(let lead, let gain):
            try put(.gain)
            try values.encode(lead, forKey: .lead)
            try values.encode(gain, forKey: .gain)
        case .points(let lead, let points):
            try put(.points, lead: lead)
            try values.encode(points, forKey: .points)
        case .remove(let lead, let from, let to):
            try put(.remove, lead: lead)
            try values.encode(from, forKey: .fromS)
            try values.encode(to, forKey: .toS)
        case .shift(let lead, let seconds, let millivolts):
            try put(.shift, lead: lead)
            try values.encode(seconds, forKey: .seconds)
            try values.encode(millivolts, forKey: .mv)
        }
    }
}

extension [Correction] {
    /// Applies all corrections, in order, to a recording as it was first read.
    ///
    /// - Throws: `APIError` with `invalidCorrection`, which names the correction by its number.
    package func applied(to recording: Recording, scale: RecordingScale) throws -> Recording {
        guard count <= Correction.limit else {
            throw APIError(.invalidCorrection, "There are \(count) corrections. The limit is \(Correction.limit).")
        }
        var changed = CorrectedRecording(recording, scale: scale)
        for (index, correction) in enumerated() {
            do { try changed.apply(correction) } catch let problem as CorrectionProblem {
                throw APIError(.invalidCorrection, "Correction \(index + 1): \(problem.sentence)")
            }
        }
        return changed.recording
    }
}

/// The scale with which a recording was read. Recordings that do not come from paper have the usual one.
package struct RecordingScale: Codable, Equatable, Sendable {
    /// mm/s.
    package var speed = 25.0
    /// mm/mV of the limb leads and of the chest leads.
    package var limbGain = 10.0
    package var chestGain = 10.0

    package init() {}
}

private struct CorrectionProblem: Error {
    let sentence: String
}

/// A recording while corrections are applied.
private struct CorrectedRecording {
    private struct Lead {
        var name: String
        var samples: [Float]
        /// mm/mV.
        var gain: Double
    }

    private var rate: Double
    private var speed: Double
    private var leads: [Lead]

    init(_ recording: Recording, scale: RecordingScale) {
        (rate, speed) = (recording.samplingRate, scale.speed)
        leads = recording.leads.map {
            Lead(
                name: $0.name, samples: $0.samples,
                gain: $0.name.uppercased().hasPrefix("V") ? scale.chestGain : scale.limbGain)
        }
    }

    var recording: Recording {
        Recording(samplingRate: rate, leads: leads.map { Recording.Lead(name: $0.name, samples: $0.samples) })
    }

    private func index(of name: String) throws -> Int {
        let exact = leads.firstIndex { $0.name == name }
        guard let index = exact ?? leads.firstIndex(where: { $0.name.uppercased() == name.uppercased() }) else {
            throw CorrectionProblem(
                sentence: "There is no lead '\(name.prefix(20))'. Leads: \(leads.map(\.name).joined(separator: ", ")).")
        }
        return index
    }

    private func check(_ value: Double, _ range: ClosedRange<Double>, _ name: String) throws {
        guard range.contains(value) else {
            throw CorrectionProblem(
                sentence: "\(name) is \(value), expected a number from \(range.lowerBound) to \(range.upperBound).")
        }
    }

    private var seconds: ClosedRange<Double> { 0 ... Double(leads.first?.samples.count ?? 0) / rate }

    mutating func apply(_ correction: Correction) throws {
        switch correction {
        case .rename(let lead, let name):
            let place = try index(of: lead)
            guard (1 ... 20).contains(name.count), name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
            else {
                throw CorrectionProblem(
                    sentence: "The name of a lead has up to 20 letters and digits, for example aVR.")
            }
            guard !leads.contains(where: { $0.name == name }) || lead == name else {
                throw CorrectionProblem(sentence: "There is another lead \(name). Exchange the two leads instead.")
            }
            leads[place].name = name
        case .swap(let one, let other):
            let (first, second) = (try index(of: one), try index(of: other))
            (leads[first].name, leads[second].name) = (leads[second].name, leads[first].name)
            leads.swapAt(first, second)
        case .flip(let lead):
            let place = try index(of: lead)
            leads[place].samples = leads[place].samples.map { -$0 }
        case .speed(let value):
            try check(value, Correction.speeds, "mm_per_s")
            // The same millimeters last less time on faster paper.
            rate *= value / speed
            speed = value
        case .gain(let lead, let value):
            try check(value, Correction.gains, "mm_per_mv")
            for place in try lead.map({ [try index(of: $0)] }) ?? Array(leads.indices) {
                let factor = Float(leads[place].gain / value)
                leads[place].samples = leads[place].samples.map { $0 * factor }
                leads[place].gain = value
            }
        case .points(let lead, let points): try draw(points, in: index(of: lead))
        case .remove(let lead, let from, let to):
            let place = try index(of: lead)
            try check(from, seconds, "from_s")
            guard to > from, to.isFinite else { throw CorrectionProblem(sentence: "to_s must be greater than from_s.") }
            for sample in samples(from, min(to, seconds.upperBound)) { leads[place].samples[sample] = .nan }
        case .shift(let lead, let time, let level):
            let place = try index(of: lead)
            try check(time, -seconds.upperBound ... seconds.upperBound, "seconds")
            try check(level, Correction.levels, "mv")
            let (steps, old) = (Int((time * rate).rounded()), leads[place].samples)
            leads[place].samples = old.indices.map { sample in
                old.indices.contains(sample - steps) ? old[sample - steps] + Float(level) : .nan
            }
        }
    }

    /// The samples from one time to another.
    private func samples(_ from: Double, _ to: Double) -> Range<Int> {
        let count = leads.first?.samples.count ?? 0
        let first = min(Int((from * rate - 1e-6).rounded(.up)), count)
        return first ..< max(min(Int((to * rate + 1e-6).rounded(.down)) + 1, count), first)
    }

    private mutating func draw(_ points: [[Double]], in place: Int) throws {
        guard (2 ... Correction.pointLimit).contains(points.count),
            points.allSatisfy({ $0.count == 2 && Correction.levels.contains($0[1]) && seconds.contains($0[0]) }),
            zip(points, points.dropFirst()).allSatisfy({ $0[0] < $1[0] })
        else {
            throw CorrectionProblem(
                sentence: "points must be 2 to \(Correction.pointLimit) pairs of seconds and millivolts within the "
                    + "recording of \(seconds.upperBound) s, with increasing seconds.")
        }
        for (from, to) in zip(points, points.dropFirst()) {
            for sample in samples(from[0], to[0]) {
                let share = (Double(sample) / rate - from[0]) / (to[0] - from[0])
                leads[place].samples[sample] = Float(from[1] + min(max(share, 0), 1) * (to[1] - from[1]))
            }
        }
    }
}
