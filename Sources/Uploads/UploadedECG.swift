import Foundation
import Inference
import Signals

/// An upload as it was first read, without the files themselves.
///
/// It is stored as JSON and, apart from it, the samples, so that corrections always start from the same bits.
package struct UploadedECG: Codable, Sendable {
    /// The name in results.
    package var file: String
    package var files: [UnderstoodFile]
    /// The digest of the files' content, from which predictions get their ids.
    package var digest: String
    package var sex: Patient.Sex?
    package var age: Double?
    package var scale = RecordingScale()
    /// The layout of a page, for example `3x4+1`.
    package var layout: String?
    /// Sentences about what was assumed, doubtful or left out.
    package var warnings: [String] = []
    /// The repairs that the check of the page proposes.
    var proposals: [UploadProposal] = []
    /// The line of `heartsense digitize --json`; nil for other files than a page.
    package var digitization: String?
    /// The predictions of models for pictures of beats; none for a recording.
    package var predictions: [Prediction] = []
    private var samplingRate: Double?
    private var leadNames: [String] = []

    /// The samples of all leads, one lead after the other, as little-endian floats in mV.
    package private(set) var samples = Data()
    /// The page with grid, lead names and traces in color, as PNG; nil without a page.
    package var overlay: Data?

    private enum CodingKeys: String, CodingKey {
        case file, files, digest, sex, age, scale, layout, warnings, proposals, digitization, predictions
        case samplingRate, leadNames
    }

    init(file: String, files: [UnderstoodFile], digest: String, recording: Recording?) {
        (self.file, self.files, self.digest) = (file, files, digest)
        guard let recording else { return }
        samplingRate = recording.samplingRate
        leadNames = recording.leads.map(\.name)
        for lead in recording.leads { lead.samples.withUnsafeBytes { samples.append(contentsOf: $0) } }
    }

    /// Reads a stored upload.
    package init(json: Data, samples: Data) throws {
        self = try JSONDecoder().decode(Self.self, from: json)
        self.samples = samples
    }

    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// The recording as it was first read; nil for pictures of beats.
    package var recording: Recording? {
        guard let samplingRate, !leadNames.isEmpty else { return nil }
        let count = samples.count / MemoryLayout<Float>.size / leadNames.count
        return Recording(
            samplingRate: samplingRate,
            leads: leadNames.enumerated().map { index, name in
                let values = [Float](unsafeUninitializedCapacity: count) { out, used in
                    let bytes = UnsafeMutableRawBufferPointer(out)
                    let start = samples.startIndex + index * count * MemoryLayout<Float>.size
                    samples.copyBytes(to: bytes, from: start ..< start + count * MemoryLayout<Float>.size)
                    used = count
                }
                return Recording.Lead(name: name, samples: values)
            })
    }

    var patient: Patient { Patient(age: age, sex: sex) }
}

/// A repair that the self-check proposes.
package struct UploadProposal: Codable, Equatable, Sendable {
    package let sentence: String
    package let corrections: [Correction]

    static func exchange(_ one: String, _ other: String) -> UploadProposal {
        UploadProposal(sentence: "Leads \(one) and \(other) are exchanged.", corrections: [.swap(one, other)])
    }

    static func invert(_ lead: String) -> UploadProposal {
        UploadProposal(sentence: "Lead \(lead) is upside down.", corrections: [.flip(lead)])
    }

    /// Exchanged arms turn lead I upside down, and exchange II with III and aVR with aVL.
    static func arms(of recording: Recording) -> UploadProposal {
        let names = recording.leads.map(\.name)
        func name(_ wanted: String) -> String? { names.first { $0.uppercased() == wanted.uppercased() } }
        var corrections: [Correction] = []
        if let one = name("I") { corrections.append(.flip(one)) }
        for (left, right) in [("II", "III"), ("aVR", "aVL")] {
            if let left = name(left), let right = name(right) { corrections.append(.swap(left, right)) }
        }
        return UploadProposal(
            sentence: "The electrodes of the arms are probably exchanged.", corrections: corrections)
    }
}
