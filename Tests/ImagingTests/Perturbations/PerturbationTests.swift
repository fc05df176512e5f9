import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Imaging

struct PerturbationTests {
    private static let beat = Drawing.beat().page(ink: [0, 128, 0], paper: [252, 250, 244])

    @Test(arguments: Perturbation.allCases)
    func `the same page and seed give the same pixels, which differ from the original`(_ kind: Perturbation) throws {
        let once = try kind.apply(to: Self.beat, seed: 7, name: "beat")
        #expect(try kind.apply(to: Self.beat, seed: 7, name: "beat") == once)
        #expect(once.pixels != Self.beat.pixels)
    }

    @Test(arguments: Perturbation.allCases)
    func `another seed gives another picture if the perturbation is random`(_ kind: Perturbation) throws {
        let isRandom = [.recolored, .grid, .noise, .rotated, .cropped].contains(kind)
        let pictures = try Set((0 ..< 12).map { try kind.apply(to: Self.beat, seed: $0, name: "beat").pixels })
        #expect(isRandom ? pictures.count > 1 : pictures.count == 1)
    }

    @Test(arguments: Perturbation.allCases)
    func `a page of any size can be perturbed`(_ kind: Perturbation) throws {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (7, 300), (33, 17)] {
            let pixels = (0 ..< width * height).flatMap { index -> [UInt8] in
                index % 7 == 3 ? [10, 20, 30] : [240, 240, 240]
            }
            let page = Page(width: width, height: height, pixels: pixels)
            do {
                let disturbed = try kind.apply(to: page, seed: 3, name: "page")
                #expect(disturbed.width <= width && disturbed.height <= height)
            } catch ImageError.noInk {
                // A single pixel is all paper, without ink to change.
                #expect([.recolored, .thicker, .thinner, .grid].contains(kind) && width * height == 1)
            }
        }
    }

    @Test(arguments: [Perturbation.recolored, .thicker, .thinner, .grid])
    func `a blank page is rejected by name if ink is to be changed`(_ kind: Perturbation) {
        let blank = Page(width: 20, height: 20, pixels: Array(repeating: 250, count: 1200))
        let error = #expect(throws: ImageError.self) { try kind.apply(to: blank, seed: 1, name: "blank.png") }
        #expect(error.map { "\($0)".hasPrefix("blank.png: the page is blank") } == true)
    }

    /// The property of neutral ink.
    @Test(arguments: [Perturbation.recolored, .grid, .inverted])
    func `colors and a grid do not change the neutral picture`(_ kind: Perturbation) throws {
        let neutral = Preprocessing(size: 56)
        let clean = try neutral.apply(to: Self.beat, name: "beat")
        for seed in 0 ..< 8 {
            let disturbed = try neutral.apply(
                to: kind.apply(to: Self.beat, seed: UInt64(seed), name: "beat"), name: "b")
            #expect(clean.difference(from: disturbed) < 0.004)
        }
    }

    @Test func `the random part depends on the file's content and the seed`() throws {
        let (one, other) = (Digest(of: "one file"), Digest(of: "another file"))
        let noise = SeededPerturbation(.noise, seed: 1)
        let first = try noise.apply(to: Self.beat, file: one, name: "a.png")
        #expect(try noise.apply(to: Self.beat, file: one, name: "elsewhere/b.png") == first)
        #expect(try noise.apply(to: Self.beat, file: other, name: "a.png") != first)
        #expect(try SeededPerturbation(.noise, seed: 2).apply(to: Self.beat, file: one, name: "a.png") != first)
    }

    @Test func `perturbations and seeds have distinct fingerprints`() {
        let all = Perturbation.allCases.flatMap { kind in (0 ..< 3).map { SeededPerturbation(kind, seed: $0) } }
        #expect(Set(all.map(\.fingerprint)).count == all.count)
    }

    @Test func `the negative of the negative is the page`() throws {
        let twice = try Perturbation.inverted.apply(
            to: Perturbation.inverted.apply(to: Self.beat, seed: 1, name: "beat"), seed: 1, name: "beat")
        #expect(twice == Self.beat)
    }

    @Test(
        .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: [Perturbation.thicker, .thinner])
    func `the lines of a real picture get about twice or half as wide`(_ kind: Perturbation) throws {
        let folder = SharedMaterial.path("data/lightwave-screens")
        let page = try Page(contentsOf: "\(folder)/image_1.png")
        // A strip of the screen, because a debug build takes seconds for all of it.
        let strip = Page(
            width: page.width, height: 96,
            pixels: Array(page.pixels[(300 * page.width * 3)...].prefix(page.width * 96 * 3)))
        func ink(_ page: Page) throws -> Double {
            try InkCoverage(page, name: "strip").values.reduce(0) { $0 + ($1 >= 0.5 ? Double($1) : 0) }
        }
        let ratio = try ink(kind.apply(to: strip, seed: 1, name: "strip")) / ink(strip)
        #expect(kind == .thicker ? (1.4 ... 2.4).contains(ratio) : (0.3 ... 0.75).contains(ratio))
    }
}
