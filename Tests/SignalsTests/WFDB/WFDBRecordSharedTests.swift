import Foundation
import Signals
import TestSupport
import Testing

/// Real records, compared with what the wfdb package reads in them.
@Suite struct WFDBRecordSharedTests {
    private struct Expected: Decodable {
        let rate: Double
        let length: Int
        let names: [String]
        let sum: [Double]
        let weighted: [Double]
        let symbols: [String: Int]?
        let places: Int?
        let texts: Int?
    }

    private static let annotators = ["atr", "i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]

    /// Half an hour of samples takes long in a debug build, so only some of the long records are read.
    private static let everyTime: Set = ["106", "114"]

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `some records hold what the wfdb package found in them before`() throws {
        let list = SharedMaterial.checkout.appendingPathComponent("Tests/SignalsTests/Fixtures/shared_records.json")
        let expected = try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: list))
        #expect(expected.count == 32)
        for (name, expected) in expected {
            let path = SharedMaterial.path("data/\(name)")
            let header = try WFDBHeader(contentsOf: path + ".hea")
            #expect(header.samplingRate == expected.rate)
            #expect(header.signals.map(\.description) == expected.names)
            let isRead = expected.length < 100_000 || Self.everyTime.contains(header.record)
            let recording = isRead ? try WFDBRecord(path).recording : Recording(samplingRate: expected.rate, leads: [])
            for (number, lead) in recording.leads.enumerated() {
                #expect(lead.samples.count == expected.length)
                let (sum, weighted) = lead.samples.enumerated().reduce(into: (0.0, 0.0)) { sums, sample in
                    sums.0 += Double(sample.element)
                    sums.1 += Double(sample.element) * Double(sample.offset + 1)
                }
                // Each of the samples, of a few mV, was rounded to Float once.
                let tolerance = 1e-6 * Double(expected.length)
                #expect(abs(sum - expected.sum[number]) < tolerance, "\(name)")
                #expect(abs(weighted / Double(expected.length) - expected.weighted[number]) < tolerance, "\(name)")
            }
            guard let symbols = expected.symbols else { continue }
            let marks = try WFDBAnnotations.read("\(path).atr", samplingRate: header.samplingRate)
            #expect(Dictionary(grouping: marks, by: \.symbol).mapValues(\.count) == symbols, "\(name)")
            let places = zip(1..., marks).reduce(0) { $0 + $1.0 * $1.1.sample } % (1 << 31)
            #expect(places == expected.places, "\(name)")
            #expect(marks.count { !$0.text.isEmpty } == expected.texts, "\(name)")
        }
    }

    @Test(
        .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence),
        .enabled(if: WFDBPython.isPresent, "\(WFDBPython.absence)"))
    func `the wfdb package reads the same samples and annotations in all records`() throws {
        let folder = SharedMaterial.path("data")
        let found = try WFDBPython.read(folder, annotators: Self.annotators)
        // Every file is compared.
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        let wanted = files.filter { file in (["hea"] + Self.annotators).contains { file.hasSuffix(".\($0)") } }
        #expect(wanted.sorted() == found.map(\.file).sorted())
        #expect(found.count > 4000)
        var counts = (records: 0, samples: 0, files: 0, annotations: 0)
        for found in found {
            let path = "\(folder)/\(found.file)"
            if found.file.hasSuffix(".hea") {
                let record = try WFDBRecord(path)
                #expect(record.recording.samplingRate == found.rate, "\(found.file)")
                #expect(record.recording.leads.map(\.name) == found.names, "\(found.file)")
                #expect(record.recording.sampleCount == found.count, "\(found.file)")
                #expect(record.header.comments == found.comments, "\(found.file)")
                #expect(WFDBDigest.of(record.recording) == found.digest, "\(found.file)")
                counts.records += 1
                counts.samples += record.recording.sampleCount * record.recording.leads.count
            } else {
                let annotations = try WFDBAnnotations(contentsOf: path)
                #expect(annotations.annotations.count == found.count, "\(found.file)")
                #expect(WFDBDigest.of(annotations) == found.digest, "\(found.file)")
                counts.files += 1
                counts.annotations += annotations.annotations.count
            }
        }
        print(
            "Compared with wfdb: \(counts.records) records with \(counts.samples) samples, "
                + "\(counts.files) annotation files with \(counts.annotations) annotations")
    }
}
