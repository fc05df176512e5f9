import Files
import Foundation
import Testing

@testable import Plots

/// Properties of every figure.
struct FigureTests {
    @Test(arguments: SampleFigures.all.map(\.name))
    func `the same figure gives the same bytes, without dates and program names`(name: String) throws {
        let figure = try #require(SampleFigures.all.first { $0.name == name }).figure
        let svg = try figure.drawing().svg()
        #expect(try figure.drawing().svg() == svg)
        #expect(!svg.contains("GNUPLOT") && !svg.contains("<title>gnuplot") && !svg.contains("<script"))
        #expect(svg.contains("<title>\(figure.title)</title>"))
        #expect(svg.contains("<desc>"))

        let png = try figure.drawing().png()
        #expect(try figure.drawing().png() == png)
        // No time stamps and no texts.
        #expect(chunks(of: png).isSubset(of: ["IHDR", "bKGD", "pHYs", "IDAT", "IEND"]))
    }

    @Test(arguments: SampleFigures.all.map(\.name))
    func `a figure has a text alternative`(name: String) throws {
        let figure = try #require(SampleFigures.all.first { $0.name == name }).figure
        #expect(figure.summary.count > 40 && figure.summary.hasSuffix("."))
        #expect(!figure.summary.contains("nan"))
    }

    @Test func `the extension determines the format`() throws {
        try TemporaryFolder.use { folder in
            try SampleFigures.perLabelF1.write(to: "\(folder)/a.svg")
            try SampleFigures.perLabelF1.write(to: "\(folder)/a.PNG", pngScale: 2)
            #expect(try FileContent.text(of: "\(folder)/a.svg").contains("width=\"800\""))
            let png = try FileContent.bytes(of: "\(folder)/a.PNG")
            #expect(bigEndian(png[16 ..< 20]) == 1600)
            #expect(throws: PlotError.unknownFormat(path: "\(folder)/a.pdf", found: "pdf")) {
                try SampleFigures.perLabelF1.write(to: "\(folder)/a.pdf")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.PNG", "a.svg"])
        }
    }

    @Test func `a figure that cannot be drawn leaves the old file unchanged`() throws {
        try TemporaryFolder.use { folder in
            let path = "\(folder)/a.svg"
            try AtomicFile.write("old", to: path)
            #expect(throws: PlotError.self) { try ROCCurvesFigure(title: "T", curves: []).write(to: path) }
            #expect(try FileContent.text(of: path) == "old")
            #expect(throws: FileError.self) { try SampleFigures.perLabelF1.write(to: "\(folder)/no/a.svg") }
        }
    }

    private func chunks(of png: Data) -> Set<String> {
        var names: Set<String> = []
        var place = 8
        while place + 8 <= png.count {
            names.insert(String(decoding: png[place + 4 ..< place + 8], as: UTF8.self))
            place += 12 + bigEndian(png[place ..< place + 4])
        }
        return names
    }

    private func bigEndian(_ bytes: Data) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
