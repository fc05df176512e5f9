import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import LeakageAudit

@Suite struct ImageProbeTests {
    private func probe(_ probe: ImageProbe, _ page: Page) throws -> Double {
        ImageProbe.values(of: page)[try #require(ImageProbe.allCases.firstIndex(of: probe))]
    }

    /// A step: up at the left, flat from x = 20 to x = 89, with ten pixels of paper to its right.
    private func step(ink: DrawnPage.Color = .black, paper: DrawnPage.Color = .white) -> Page {
        DrawnPage.page(width: 100, height: 50, ink: ink, paper: paper) { x, y in
            (10 ..< 20).contains(x) ? (5 ..< 45).contains(y) && x == 10 + y % 10 : (20 ..< 90).contains(x) && y == 40
        }
    }

    @Test func `ink and paper are separated by color`() throws {
        let page = step(ink: .init(red: 0, green: 128, blue: 0), paper: .init(red: 255, green: 250, blue: 240))
        #expect(try probe(.darkestGray, page) == 75)
        #expect(try probe(.darkestHue, page) == 120)
        #expect(try abs(probe(.modalInkGray, page) - 75.136) < 1e-9)
        #expect(try probe(.modalInkHue, page) == 120)
        #expect(try abs(probe(.meanInkGray, page) - 75.136) < 1e-9)
        #expect(try probe(.meanInkHue, page) == 120)
        #expect(try abs(probe(.paperGray, page) - 250.355) < 1e-9)
        #expect(try abs(probe(.paperHue, page) - 40) < 1e-9)
        #expect(try probe(.grayLevels, page) == 2)
        #expect(try probe(.smallestGap, page) == 175)
    }

    @Test(arguments: [
        (DrawnPage.Color(red: 255, green: 0, blue: 0), 0.0), (.init(red: 0, green: 0, blue: 255), 240),
        (.init(red: 191, green: 191, blue: 0), 60), (.init(red: 0, green: 191, blue: 191), 180),
        (.init(red: 255, green: 0, blue: 128), 329.88235294117646),
    ])
    func `hues are degrees`(ink: DrawnPage.Color, hue: Double) throws {
        #expect(try abs(probe(.modalInkHue, step(ink: ink)) - hue) < 1e-9)
    }

    @Test func `grays have no hue`() throws {
        #expect(try probe(.modalInkHue, step()).isNaN)
        #expect(try probe(.paperHue, step()).isNaN)
    }

    @Test func `the position of the ink is measured in shares of the page`() throws {
        let page = step()
        #expect(try probe(.inkFraction, page) == Double(40 + 70) / 5000)
        #expect(try probe(.leftMargin, page) == 0.1)
        #expect(try probe(.rightMargin, page) == 0.1)
        #expect(try probe(.topMargin, page) == 0.1)
        #expect(try probe(.bottomMargin, page) == 0.1)
        #expect(try probe(.flatEnd, page) == 0.69)
        #expect(try probe(.borderInk, page) == 0)
        #expect(try probe(.width, page) == 100 && probe(.height, page) == 50)
    }

    @Test func `a caption at the edge is ink near the border`() throws {
        let page = DrawnPage.page(width: 100, height: 50) { x, y in y == 25 || (y < 2 && x % 2 == 0) }
        #expect(try probe(.borderInk, page) == 0.5)
    }

    @Test func `a blank page has no ink and no shape`() throws {
        let values = ImageProbe.values(of: DrawnPage.page(width: 8, height: 8) { _, _ in false })
        let known = zip(ImageProbe.allCases, values).filter { !$0.1.isNaN }.map(\.0)
        #expect(known == [.darkestGray, .paperGray, .grayLevels, .inkFraction, .width, .height])
    }

    @Test func `a page may have a single pixel`() {
        #expect(ImageProbe.values(of: Page(width: 1, height: 1, pixels: [1, 2, 3])).count == ImageProbe.allCases.count)
    }

    @Test func `properties of the file are measured`() throws {
        let png = try step().pngData()
        let page = try Page(decoding: png, name: "step.png")
        #expect(try probe(.fileSize, page) == Double(png.count))
        #expect(try probe(.bitDepth, page) == 8)
        #expect(try probe(.alpha, page) == 0)
        #expect(try !probe(.format, page).isNaN && !probe(.channels, page).isNaN && !probe(.metadata, page).isNaN)
        #expect(try probe(.fileSize, step()).isNaN)
    }

    @Test func `a gray picture has the same numbers as its page`() throws {
        let gray = step().grayscale
        let asPage = ImageProbe.values(of: step())
        for (probe, (one, other)) in zip(ImageProbe.allCases, zip(ImageProbe.values(of: gray), asPage)) {
            #expect(one == other || (one.isNaN && other.isNaN), "\(probe)")
        }
    }

    @Test func `every probe has a name and a remedy`() {
        #expect(Set(ImageProbe.allCases.map(\.rawValue)).count == ImageProbe.allCases.count)
        #expect(ImageProbe.allCases.allSatisfy { !$0.remedy(in: .asDrawn).isEmpty && !$0.remedy(in: .neutral).isEmpty })
        // No remedy recommends what was already done.
        #expect(ImageProbe.allCases.allSatisfy { !$0.remedy(in: .neutral).contains("ink=neutral") })
    }

    @Test func `in neutral pictures every number depends on shape`() {
        let rows = [ImageProbe.values(of: step())]
        #expect(ImageProbe.table(rows, ink: .neutral).ofShape.count == ImageProbe.allCases.count)
        #expect(ImageProbe.table(rows, ink: .asDrawn).ofShape == ["ink fraction", "trailing flat line", "file size"])
        #expect(ImageProbe.table(rows, ink: .asDrawn).ofDrawing == ["ink fraction", "trailing flat line"])
    }

    /// Six small classes with the inks of the public set and equal shapes: the ink is found, and neutral preprocessing
    /// removes it.
    @Test func `the ink of a class is found, and neutral ink removes it`() throws {
        let inks: [DrawnPage.Color] = [
            .init(red: 0, green: 191, blue: 191), .init(red: 255, green: 0, blue: 0),
            .init(red: 0, green: 128, blue: 0),
            .init(red: 0, green: 0, blue: 255), .init(red: 191, green: 191, blue: 0), .black,
        ]
        var generator = SeededGenerator(seed: 1)
        let labels = (0 ..< 60).map { $0 % 6 }
        let pages = labels.map { label in
            let peak = 5 + generator.integer(below: 40)
            return DrawnPage.page(width: 60, height: 40, ink: inks[label]) { x, y in
                y == 30 || (abs(x - peak) < 3 && y > 10 + 5 * abs(x - peak) && y < 30)
            }
        }
        let preprocessing = Preprocessing(size: 32)
        let neutral = try pages.map { try preprocessing.apply(to: $0, name: "page") }
        let truth = Truth.oneHot(labels, count: 6)
        var settings = ProbeAudit.Settings(seed: 2)
        settings.permutations = 100
        settings.includesPairs = false
        let drawn = try ProbeAudit(
            of: ImageProbe.table(pages.map(ImageProbe.values(of:)), ink: .asDrawn), truth: truth,
            codes: LabelSpace.aami.codes, settings: settings)
        let cured = try ProbeAudit(
            of: ImageProbe.table(neutral.map(ImageProbe.values(of:)), ink: .neutral), truth: truth,
            codes: LabelSpace.aami.codes, settings: settings)
        #expect(drawn.leaks.count == 6)
        #expect(drawn.leaks.allSatisfy { $0.balancedAccuracy == 1 })
        #expect(cured.leaks.isEmpty)
    }
}
