import Foundation
import SharedMaterial
import Signals
import Testing

/// Real records against what the wfdb package reads in them (`Fixtures/describe_shared_records.py`).
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

    private static let everyTime: Set = ["106", "114"]
    private static let readsAll = ProcessInfo.processInfo.environment["ALL_RECORDS"] != nil

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `real records hold what the wfdb package reads in them`() throws {
        let list = SharedMaterial.checkout.appendingPathComponent("Tests/SignalsTests/Fixtures/shared_records.json")
        let expected = try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: list))
        #expect(expected.count == 32)
        for (name, expected) in expected {
            let path = SharedMaterial.path("data/\(name)")
            // Half an hour of samples is long in a debug build: ALL_RECORDS=1 reads all, else two are.
            let header = try WFDBHeader(contentsOf: path + ".hea")
            #expect(header.samplingRate == expected.rate)
            #expect(header.signals.map(\.description) == expected.names)
            let isRead = expected.length < 100_000 || Self.everyTime.contains(header.record) || Self.readsAll
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
}
