import Files
import Foundation
import Signals

/// Reads the XML export of GE's MUSE system: its rhythm waveform.
///
/// The eight stored leads determine the other four by Einthoven's and Goldberger's equations.
enum MUSEReader {
    /// - Throws: `FileError`, `RecordingFormatError`.
    static func read(_ path: String) throws -> (Recording, Patient) {
        try read(try FileContent.bytes(of: path, limit: XMLElement.sizeLimit), path: path)
    }

    static func read(_ data: Data, path: String) throws -> (Recording, Patient) {
        func invalid(_ found: String, _ expected: String) -> RecordingFormatError {
            .invalid(path: path, kind: .muse, found: found, expected: expected)
        }
        let root = try XMLElement.parse(data, root: "RestingECG", path: path, kind: .muse)
        let waveforms = root.all("Waveform")
        guard let waveform = waveforms.first(where: { $0.first("WaveformType")?.value == "Rhythm" }) else {
            throw invalid("\(waveforms.count) waveforms, none of type Rhythm", "one")
        }
        let base = waveform.first("SampleBase").flatMap { Double($0.value) }
        let exponent = waveform.first("SampleExponent").flatMap { Double($0.value) } ?? 0
        guard let rate = base.map({ $0 * pow(10, exponent) }), LeadParts.rates.contains(rate) else {
            throw invalid("no valid SampleBase", "the sampling rate")
        }
        var units: [String] = []
        var parts = LeadParts()
        for lead in waveform.all("LeadData") {
            let unit = lead.first("LeadAmplitudeUnits")?.value ?? "none"
            guard let scale = LeadText.millivolts(unit.uppercased()),
                let perBit = lead.first("LeadAmplitudeUnitsPerBit").flatMap({ Double($0.value) }), perBit.isFinite
            else {
                units.append(unit)
                continue
            }
            let name = LeadText.name(lead.first("LeadID")?.value ?? "")
            let size = lead.first("LeadSampleSize")?.value ?? "2"
            guard size == "2" else {
                throw RecordingFormatError.unsupported(
                    path: path, kind: .muse, found: "a sample of \(size) bytes", supported: "2 bytes")
            }
            let text = lead.first("WaveFormData")?.value ?? ""
            guard let bytes = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !bytes.isEmpty else {
                throw invalid("lead \(name) without samples", "WaveFormData in base 64")
            }
            let samples = bytes.withUnsafeBytes { bytes in
                (0 ..< bytes.count / 2).map { index -> Float in
                    let raw = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
                    return raw == .min ? .nan : Float(Double(raw) * perBit * scale)
                }
            }
            if let count = lead.first("LeadSampleCountTotal").flatMap({ Int($0.value) }), count != samples.count {
                throw invalid("\(samples.count) samples of lead \(name)", "\(count)")
            }
            _ = parts.add(name, start: 0, samples: samples)
        }
        guard !parts.parts.isEmpty else { throw RecordingFormatError.noVoltage(path: path, kind: .muse, units: units) }
        derive(&parts)
        return (try parts.recording(samplingRate: rate, path: path, kind: .muse), patient(root))
    }

    /// Adds III, aVR, aVL and aVF, which the file does not store, after lead II.
    private static func derive(_ parts: inout LeadParts) {
        let stored = parts.parts
        guard let first = stored.first(where: { $0.name == "I" })?.samples,
            let second = stored.first(where: { $0.name == "II" })?.samples, first.count == second.count
        else { return }
        let equations: [(String, (Float, Float) -> Float)] = [
            ("III", { $1 - $0 }), ("aVR", { -($0 + $1) / 2 }), ("aVL", { $0 - $1 / 2 }), ("aVF", { $1 - $0 / 2 }),
        ]
        var all = LeadParts()
        for part in stored {
            _ = all.add(part.name, start: 0, samples: part.samples)
            guard part.name == "II" else { continue }
            for (name, value) in equations where !stored.contains(where: { $0.name == name }) {
                _ = all.add(name, start: 0, samples: zip(first, second).map(value))
            }
        }
        parts = all
    }

    private static func patient(_ root: XMLElement) -> Patient {
        var patient = Patient()
        guard let person = root.first("PatientDemographics") else { return patient }
        let sex = person.first("Gender")?.value.uppercased() ?? ""
        patient.sex = sex.hasPrefix("F") ? .female : sex.hasPrefix("M") ? .male : nil
        let unit = person.first("AgeUnits")?.value.uppercased() ?? "YEARS"
        let perYear = ["YEARS": 1, "MONTHS": 12, "WEEKS": 52.18, "DAYS": 365.25, "HOURS": 8766][unit]
        if let age = person.first("PatientAge").flatMap({ Double($0.value) }), let perYear {
            let years = (age / perYear).rounded(.down)
            patient.age = (0 ... 130).contains(years) ? years : nil
        }
        return patient
    }
}
