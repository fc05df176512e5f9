import Foundation
import Signals

/// Reads the waveforms of a DICOM file with dcmtk's `dcm2json`.
///
/// - Source: DICOM PS3.3, section C.10.9, Waveform Module; PS3.18, annex F, DICOM JSON Model.
enum DICOMReader {
    /// - Throws: `RecordingFormatError`.
    static func read(_ path: String) throws -> (Recording, Patient) {
        let data = try Converter.dicom.output(of: path) { input, _ in [input] }
        return try read(json: data, path: path)
    }

    /// - Parameter data: the DICOM JSON Model of a file.
    static func read(json data: Data, path: String) throws -> (Recording, Patient) {
        guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw RecordingFormatError.conversion(
                path: path, kind: .dicom, program: Converter.dicom.program, message: "invalid JSON")
        }
        let file = DICOMObject(object)
        let groups = file.items("54000100")
        guard !groups.isEmpty else {
            throw RecordingFormatError.unsupported(
                path: path, kind: .dicom, found: "an object without waveforms", supported: "ECG waveforms")
        }
        let originals = groups.filter { $0.text("003A0004") != "DERIVED" }
        var units: [String] = []
        let decoded = try (originals.isEmpty ? groups : originals).map {
            try Multiplex($0, path: path, units: &units)
        }.sorted { $0.duration > $1.duration }
        guard let rate = decoded.first(where: { !$0.leads.isEmpty })?.samplingRate else {
            throw RecordingFormatError.noVoltage(path: path, kind: .dicom, units: units)
        }
        var parts = LeadParts()
        for group in decoded where group.samplingRate == rate {
            for lead in group.leads { _ = parts.add(lead.name, start: group.start, samples: lead.samples) }
        }
        return (try parts.recording(samplingRate: rate, path: path, kind: .dicom), patient(file))
    }

    private static func patient(_ file: DICOMObject) -> Patient {
        var patient = Patient()
        patient.sex = ["M": .male, "F": .female][file.text("00100040") ?? ""]
        // `042Y`, or months, weeks or days.
        if let age = file.text("00101010"), let number = Double(age.dropLast()) {
            patient.age = ["Y": 1, "M": 12, "W": 52.18, "D": 365.25][age.suffix(1)].map { (number / $0).rounded(.down) }
        } else {
            patient.age = Dates.years(
                from: file.text("00100030").flatMap(Dates.day),
                to: (file.text("0008002A") ?? file.text("00080020")).flatMap(Dates.day))
        }
        if let age = patient.age, !(0 ... 130).contains(age) { patient.age = nil }
        return patient
    }

    /// Channels that were sampled together.
    private struct Multiplex {
        let samplingRate: Double
        /// Samples from the start of the acquisition.
        let start: Int
        let duration: Double
        let leads: [Recording.Lead]

        /// - Parameter units: gets those of the channels that are not voltages.
        init(_ group: DICOMObject, path: String, units: inout [String]) throws {
            func invalid(_ found: String, _ expected: String) -> RecordingFormatError {
                .invalid(path: path, kind: .dicom, found: found, expected: expected)
            }
            guard let rate = group.number("003A001A"), LeadParts.rates.contains(rate) else {
                throw invalid("no valid sampling frequency", "0.001 to 1000000 Hz")
            }
            let channels = group.items("003A0200")
            let count = Int(exactly: group.number("003A0010") ?? 0) ?? 0
            guard !channels.isEmpty, channels.count <= 1024, count > 0, count < LeadParts.placeLimit else {
                throw invalid("\(channels.count) channels of \(count) samples", "at least one of each")
            }
            let format = "\(group.text("54001006") ?? "?")\(Int(exactly: group.number("54001004") ?? 0) ?? 0)"
            guard let decode = Self.decoders[format] else {
                throw RecordingFormatError.unsupported(
                    path: path, kind: .dicom, found: "the sample format '\(format)'",
                    supported: Self.decoders.keys.sorted().joined(separator: ", "))
            }
            let bytes = group.bytes("54001010")
            let size = decode.size
            guard bytes.count >= count * channels.count * size else {
                throw invalid("\(bytes.count) bytes of samples", "\(count * channels.count * size)")
            }
            let padding = group.bytes("5400100A")
            let missing = padding.count >= size ? padding.withUnsafeBytes { decode.value($0, 0) } : nil
            let offset = (group.number("00181068") ?? 0) / 1000 * rate
            guard abs(offset) < Double(LeadParts.placeLimit) else { throw invalid("an offset of \(offset)", "less") }
            (samplingRate, start, duration) = (rate, Int(offset.rounded()), Double(count) / rate)
            leads = channels.enumerated().compactMap { index, channel in
                let source = channel.items("003A0208").first
                let unit = channel.items("003A0211").first?.text("00080100") ?? "none"
                guard let scale = LeadText.millivolts(unit), let sensitivity = channel.number("003A0210") else {
                    units.append(unit)
                    return nil
                }
                let gain = sensitivity * (channel.number("003A0212") ?? 1) * scale
                let base = (channel.number("003A0213") ?? 0) * scale
                guard gain.isFinite, base.isFinite else { return nil }
                let samples = bytes.withUnsafeBytes { bytes in
                    (0 ..< count).map { place -> Float in
                        let value = decode.value(bytes, (place * channels.count + index) * size)
                        return value == missing ? .nan : Float(value * gain + base)
                    }
                }
                return Recording.Lead(name: Self.name(source, channel, index), samples: samples)
            }
        }

        /// The lead by its code, its meaning or its label.
        private static func name(_ source: DICOMObject?, _ channel: DICOMObject, _ index: Int) -> String {
            if let code = source?.text("00080100")?.split(separator: "-").last.flatMap({ Int($0) }),
                source?.text("00080102") == "SCPECG", let name = codes[code]
            {
                return name
            }
            let text = source?.text("00080104") ?? channel.text("003A0203") ?? ""
            return text.isEmpty ? "channel \(index + 1)" : LeadText.name(text)
        }

        /// The last number of SCP-ECG's codes 5.6.3-9-n.
        private static let codes = [
            1: "I", 2: "II", 3: "V1", 4: "V2", 5: "V3", 6: "V4", 7: "V5", 8: "V6", 61: "III", 62: "aVR", 63: "aVL",
            64: "aVF",
        ]

        /// Sample formats by interpretation and bits. All are little endian in the JSON Model.
        private static let decoders: [String: (size: Int, value: @Sendable (UnsafeRawBufferPointer, Int) -> Double)] = [
            "SB8": (1, { Double(Int8(bitPattern: $0[$1])) }), "UB8": (1, { Double($0[$1]) }),
            "SS16": (2, { Double(Int16(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: Int16.self))) }),
            "US16": (2, { Double(UInt16(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: UInt16.self))) }),
            "SL32": (4, { Double(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: Int32.self))) }),
            "UL32": (4, { Double(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: $1, as: UInt32.self))) }),
        ]
    }
}

/// An item of the DICOM JSON Model: attributes by their tag in hexadecimal digits.
struct DICOMObject {
    private let attributes: [String: Any]

    init(_ attributes: [String: Any]) { self.attributes = attributes }

    private func values(_ tag: String) -> [Any] { (attributes[tag] as? [String: Any])?["Value"] as? [Any] ?? [] }

    func items(_ tag: String) -> [DICOMObject] { values(tag).compactMap { $0 as? [String: Any] }.map(DICOMObject.init) }

    func text(_ tag: String) -> String? {
        (values(tag).first as? String)?.trimmingCharacters(in: CharacterSet(charactersIn: " \0"))
    }

    /// Numbers are stored as such or as text.
    func number(_ tag: String) -> Double? {
        let value = values(tag).first
        let number = (value as? NSNumber)?.doubleValue ?? (value as? String).flatMap { Double($0) }
        return number.flatMap { $0.isFinite ? $0 : nil }
    }

    func bytes(_ tag: String) -> Data {
        let text = (attributes[tag] as? [String: Any])?["InlineBinary"] as? String
        return text.flatMap { Data(base64Encoded: $0) } ?? Data()
    }
}
