import Foundation
import Processes
import Signals
import TestSupport
import Testing

@testable import Digitization

/// Pages as pictures against the recordings that were drawn. `Benchmarks/page_scores.py` scores all of them.
@Suite(.serialized, .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
struct PageDigitizerSharedTests {
    @Test(arguments: ["01175_hr", "08535_hr"])
    func `a picture of a printed page is read`(name: String) throws {
        let scratch = try Scratch()
        let path = SharedMaterial.path("data/ptbxl-pdf/\(name)")
        try ChildProcess.run("pdftocairo", ["-png", "-singlefile", "-r", "200", path + ".pdf", scratch.path + "/page"])
            .succeeded()
        let page = try #require(try PageDigitizer().digitize(contentsOf: scratch.path + "/page.png").pages.first)
        let truth = DigitizationScore.drawn(try WFDBRecord(path).recording, columns: 4, strips: ["II"])
        #expect(page.isUsable)
        #expect(DigitizationScore.page(truth, page.recording) >= 15)
    }

    @Test func `a page of the LUDB is read`() throws {
        let file = try PageDigitizer().digitize(contentsOf: SharedMaterial.path("data/ludb-pages/001.png"))
        let page = try #require(file.pages.first)
        let truth = DigitizationScore.drawn(
            try WFDBRecord(SharedMaterial.path("data/ludb/data/1")).recording, columns: 4, strips: ["II"])
        #expect(page.isUsable)
        #expect(DigitizationScore.page(truth, page.recording) >= 17)
    }
}
