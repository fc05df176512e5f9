import Foundation
import Processes
import Signals
import TestSupport
import Testing

@testable import Digitization

/// Pages as pictures against the recordings that were drawn.
///
/// ALL_RECORDS=1 reads all pages at three resolutions and prints the table; else two pages at 200 dpi.
@Suite(.serialized, .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
struct PageDigitizerSharedTests {
    private static let all = ProcessInfo.processInfo.environment["ALL_RECORDS"] != nil

    @Test(arguments: all ? [150, 200, 300] : [200])
    func `pictures of printed pages are read`(dpi: Int) throws {
        let scratch = try Scratch()
        let names = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/ptbxl-pdf"))
            .filter { $0.hasSuffix(".pdf") }.map { String($0.dropLast(4)) }.sorted()
        let chosen = Self.all ? names : [names[0], names[30]]
        var values: [Double?] = []
        for name in chosen {
            let path = SharedMaterial.path("data/ptbxl-pdf/\(name)")
            try ChildProcess.run(
                "pdftocairo", ["-png", "-singlefile", "-r", "\(dpi)", path + ".pdf", scratch.path + "/page"]
            ).succeeded()
            let page = try #require(try PageDigitizer().digitize(contentsOf: scratch.path + "/page.png").pages.first)
            let truth = DigitizationScore.drawn(try WFDBRecord(path).recording, columns: 4, strips: ["II"])
            values.append(page.isUsable ? DigitizationScore.page(truth, page.recording) : nil)
        }
        Self.report("\(dpi) dpi", values)
        let accepted = values.compactMap { $0 }
        #expect(accepted.count * 60 >= 58 * values.count)
        #expect(accepted.reduce(0, +) / Double(accepted.count) >= (dpi == 150 ? 15 : 17))
    }

    @Test func `pages of the LUDB are read`() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/ludb-pages"))
            .filter { $0.hasSuffix(".png") }.sorted()
        var values: [Double?] = []
        for name in Self.all ? pages : Array(pages.prefix(1)) {
            let file = try PageDigitizer().digitize(contentsOf: SharedMaterial.path("data/ludb-pages/\(name)"))
            let page = try #require(file.pages.first)
            let record = try #require(Int(name.dropLast(4)))
            let truth = DigitizationScore.drawn(
                try WFDBRecord(SharedMaterial.path("data/ludb/data/\(record)")).recording, columns: 4, strips: ["II"])
            values.append(page.isUsable ? DigitizationScore.page(truth, page.recording) : nil)
        }
        Self.report("LUDB", values)
        let accepted = values.compactMap { $0 }
        #expect(accepted.count == values.count)
        #expect(accepted.reduce(0, +) / Double(accepted.count) >= 17)
    }

    private static func report(_ title: String, _ values: [Double?]) {
        let accepted = values.compactMap { $0 }
        func text(_ value: Double) -> String { String(format: "%.2f", value) }
        print(
            "\(title): accepted \(accepted.count) of \(values.count), mean "
                + text(accepted.reduce(0, +) / Double(max(1, accepted.count))) + " dB, with refusals as 0 dB "
                + text(accepted.reduce(0, +) / Double(values.count)) + " dB, lowest " + text(accepted.min() ?? 0)
                + " dB")
    }
}
