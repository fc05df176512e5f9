import Files
import Foundation
import Signals

/// Reads an HL7 annotated ECG.
///
/// - Source: HL7 aECG Implementation Guide, final 21 March 2005: series, sequence sets and sequences.
enum AECGReader {
    /// - Throws: `FileError`, `RecordingFormatError`.
    static func read(_ path: String) throws -> (Recording, Patient) {
        try read(try FileContent.bytes(of: path, limit: XMLElement.sizeLimit), path: path)
    }

    static func read(_ data: Data, path: String) throws -> (Recording, Patient) {
        func invalid(_ found: String, _ expected: String) -> RecordingFormatError {
            .invalid(path: path, kind: .aECG, found: found, expected: expected)
        }
        let root = try XMLElement.parse(data, root: "AnnotatedECG", path: path, kind: .aECG)
        // Median beats are in derived series, inside of these.
        let all = root.all("component").compactMap { $0.first("series") }
        guard let series = all.first(where: { $0.first("code")?.attributes["code"] == "RHYTHM" }) ?? all.first else {
            throw invalid("no series", "one with the recording")
        }
        let sets = series.all("component").compactMap { $0.first("sequenceSet") }
        let decoded = try sets.map { try SequenceSet($0, path: path) }.filter { !$0.leads.isEmpty }
        guard let rate = decoded.first?.samplingRate else {
            throw RecordingFormatError.noVoltage(path: path, kind: .aECG, units: [])
        }
        let beginning = decoded.map(\.start).min() ?? 0
        var parts = LeadParts()
        for set in decoded {
            guard abs(set.samplingRate - rate) < 1e-6 * rate else {
                throw RecordingFormatError.unsupported(
                    path: path, kind: .aECG, found: "sequences at \(rate) and \(set.samplingRate) Hz",
                    supported: "one sampling rate")
            }
            let start = ((set.start - beginning) * rate).rounded()
            guard start < Double(LeadParts.placeLimit) else {
                throw invalid("sequences \(set.start - beginning) s apart", "one recording")
            }
            for lead in set.leads { _ = parts.add(lead.name, start: Int(start), samples: lead.samples) }
        }
        return (try parts.recording(samplingRate: rate, path: path, kind: .aECG), patient(root))
    }

    private static func patient(_ root: XMLElement) -> Patient {
        var patient = Patient()
        guard let person = root.descendant("subjectDemographicPerson") else { return patient }
        patient.sex = ["M": .male, "F": .female][person.first("administrativeGenderCode")?.attributes["code"] ?? ""]
        let time = root.first("effectiveTime")
        patient.age = Dates.years(
            from: person.first("birthTime")?.attributes["value"].flatMap(Dates.day),
            to: (time?.first("low") ?? time?.first("center") ?? time)?.attributes["value"].flatMap(Dates.day))
        return patient
    }

    /// Leads that were sampled together.
    private struct SequenceSet {
        let samplingRate: Double
        /// Seconds.
        let start: Double
        let leads: [Recording.Lead]

        init(_ set: XMLElement, path: String) throws {
            var clock: (start: Double, step: Double)?
            var leads: [Recording.Lead] = []
            for sequence in set.all("component").compactMap({ $0.first("sequence") }) {
                guard let code = sequence.first("code")?.attributes["code"], let value = sequence.first("value") else {
                    continue
                }
                if code.hasPrefix("TIME_") {
                    clock = Self.clock(value)
                } else if let origin = Self.millivolts(value.first("origin")),
                    let scale = Self.millivolts(value.first("scale")), let digits = value.first("digits")?.text
                {
                    let samples = try digits.utf8.split(whereSeparator: { $0 <= 32 }).map { digit -> Float in
                        guard let number = Double(Substring(digit)), number.isFinite else {
                            throw RecordingFormatError.invalid(
                                path: path, kind: .aECG, found: "the sample '\(Substring(digit))'", expected: "a number"
                            )
                        }
                        return Float(number * scale + origin)
                    }
                    leads.append(Recording.Lead(name: LeadText.name(code), samples: samples))
                }
            }
            guard let clock, LeadParts.rates.contains(1 / clock.step) else {
                throw RecordingFormatError.invalid(
                    path: path, kind: .aECG, found: "a sequence set without a time increment",
                    expected: "one in s or ms")
            }
            // 0.002 s is 500 Hz; 1 / 0.00390625 s is 256 Hz.
            let rate = 1 / clock.step
            samplingRate = abs(rate - rate.rounded()) < 1e-4 * rate ? rate.rounded() : rate
            (start, self.leads) = (clock.start, leads)
        }

        private static func clock(_ value: XMLElement) -> (start: Double, step: Double)? {
            guard let increment = value.first("increment"), let step = seconds(increment), step > 0 else { return nil }
            let head = value.first("head")
            let start = head.flatMap { seconds($0) } ?? head?.attributes["value"].flatMap(Dates.seconds) ?? 0
            return start.isFinite ? (start, step) : nil
        }

        /// A number of seconds; nil without units.
        private static func seconds(_ element: XMLElement) -> Double? {
            guard let number = element.attributes["value"].flatMap({ Double($0) }),
                let unit = ["s": 1, "ms": 1e-3, "us": 1e-6][element.attributes["unit"] ?? ""]
            else { return nil }
            return number * unit
        }

        private static func millivolts(_ element: XMLElement?) -> Double? {
            guard let number = element?.attributes["value"].flatMap({ Double($0) }), number.isFinite,
                let unit = element?.attributes["unit"].flatMap(LeadText.millivolts)
            else { return nil }
            return number * unit
        }
    }
}
