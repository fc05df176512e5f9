import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct WFDBAnnotationEncodingTests {
    /// Annotations with every code and every kind of field.
    static func annotations() -> WFDBAnnotations {
        var generator = SeededGenerator(seed: 8, purpose: "annotations")
        var annotations: [WFDBAnnotation] = []
        var sample = 0
        for code in Array(1 ... 14) + [16] + Array(18 ... 41) + [42, 49] {
            sample += [0, 1, 1023, 1024, 70_000].randomElement(using: &generator)!
            annotations.append(
                WFDBAnnotation(
                    sample: sample, code: code, subtype: [0, 0, 3, -128, 127].randomElement(using: &generator)!,
                    channel: [0, 0, 1, 255].randomElement(using: &generator)!,
                    number: [0, 0, 5, -128, 127].randomElement(using: &generator)!,
                    text: ["", "", "(N", "odd", String(repeating: "x", count: 255)].randomElement(using: &generator)!))
        }
        return WFDBAnnotations(annotations)
    }

    @Test func `decoded annotations are those that were encoded`() throws {
        var file = Self.annotations()
        #expect(try WFDBAnnotations(parsing: file.encoded(path: ""), path: "") == file)
        file.timeResolution = 62.5
        file.definitions = [
            42: .init(symbol: "x", description: "a kind of its own"), 49: .init(symbol: "y", description: ""),
        ]
        #expect(try WFDBAnnotations(parsing: file.encoded(path: ""), path: "") == file)
        #expect(try WFDBAnnotations(parsing: WFDBAnnotations([]).encoded(path: ""), path: "") == WFDBAnnotations([]))
    }

    @Test func `annotations are written in the order of time, those of one sample in the given one`() throws {
        let file = WFDBAnnotations([.init(sample: 9, code: 1), .init(sample: 2, code: 5), .init(sample: 9, code: 8)])
        let read = try WFDBAnnotations(parsing: file.encoded(path: ""), path: "").annotations
        #expect(read.map(\.sample) == [2, 9, 9] && read.map(\.code) == [5, 1, 8])
    }

    @Test func `a distance of more than 31 bits takes several skips`() throws {
        let file = WFDBAnnotations([.init(sample: 1, code: 1), .init(sample: 10_000_000_000, code: 2)])
        #expect(try WFDBAnnotations(parsing: file.encoded(path: ""), path: "") == file)
    }

    @Test(.enabled(if: WFDBPython.isPresent, "\(WFDBPython.absence)"))
    func `the wfdb package reads the annotations that were written`() throws {
        let scratch = try ScratchFolder()
        var files = ["plain": Self.annotations(), "timed": Self.annotations()]
        // The package knows no symbol for codes without a definition.
        files["plain"]?.annotations.removeAll { $0.code > 41 }
        files["timed"]?.timeResolution = 12.5
        files["timed"]?.definitions = [
            42: .init(symbol: "x", description: "a kind"), 49: .init(symbol: "y", description: "another"),
        ]
        for (name, file) in files { try file.write(to: "\(scratch.path)/\(name).atr") }
        let found = try WFDBPython.read(scratch.path)
        #expect(found.map(\.file) == ["plain.atr", "timed.atr"])
        #expect(found.map(\.rate) == [nil, 12.5])
        for found in found {
            let file = try #require(files[String(found.file.dropLast(4))])
            #expect(found.count == file.annotations.count)
            #expect(found.digest == WFDBDigest.of(file))
        }
    }
}
