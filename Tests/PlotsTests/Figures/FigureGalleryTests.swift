import Files
import Foundation
import Plots
import Testing

/// Draws every figure and a report into the folder named by `HEARTSENSE_TEST_GALLERY`, for inspection.
struct FigureGalleryTests {
    static let folder = ProcessInfo.processInfo.environment["HEARTSENSE_TEST_GALLERY"]

    @Test(.enabled(if: folder != nil, "HEARTSENSE_TEST_GALLERY is not set"))
    func `all figures and a report are drawn for inspection`() throws {
        let folder = try #require(FigureGalleryTests.folder)
        try AtomicFile.makeFolder(folder)
        for (name, figure) in SampleFigures.all {
            for kind in ["svg", "png"] {
                let path = "\(folder)/\(name).\(kind)"
                try figure.write(to: path)
                #expect(try FileContent.bytes(of: path).count > 1000)
            }
        }
        for (index, figure) in FigureHostileLabelTests().figures(HostileText.commands(making: "/tmp/x")).enumerated() {
            try figure.write(to: "\(folder)/hostile-\(index).png")
        }
        let picture = try #require(SampleFigures.contactSheet.pictures.first)
        let sheet = ContactSheet(title: "A full page", pictures: Array(repeating: picture, count: 48))
        try sheet.write(to: "\(folder)/full-page.png")
        try SampleReport.make().write(to: "\(folder)/report.html")
    }
}
