import Foundation
import Signals
import TestSupport
import Testing

@testable import Digitization

struct PageDigitizerTests {
    private static let pages = "data/ptbxl-pdf"

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `vector pages are read to the precision of the file`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path(Self.pages))
            .filter { $0.hasSuffix(".pdf") }.map { String($0.dropLast(4)) }.sorted()
        var (values, accepted, seconds): ([Double], Int, Double) = ([], 0, 0)
        for name in names {
            let path = SharedMaterial.path("\(Self.pages)/\(name)")
            let start = ContinuousClock.now
            let file = try PageDigitizer().digitize(contentsOf: path + ".pdf")
            let elapsed = ContinuousClock.now - start
            seconds += Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds)
            let page = try #require(file.pages.first)
            #expect(file.pages.count == 1)
            let truth = DigitizationScore.drawn(try WFDBRecord(path).recording, columns: 4, strips: ["II"])
            let value = DigitizationScore.page(truth, page.recording)
            print(
                name, String(format: "%.2f dB", value), page.layout ?? "-", page.estimatedSNR ?? .nan,
                page.reasons.map(\.rawValue), page.recording.leads.count)
            if page.isUsable {
                accepted += 1
                values.append(value)
            }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        print("mean \(mean) dB, accepted \(accepted) of \(names.count), \(seconds / Double(names.count)) s per page")
        #expect(accepted >= names.count - 2)
        #expect(mean >= 20.5)
        #expect((values.min() ?? 0) > 10)
    }
}
