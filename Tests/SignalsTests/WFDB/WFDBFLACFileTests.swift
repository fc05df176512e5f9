import Foundation
import Testing

@testable import Signals

@Suite struct WFDBFLACFileTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func header(_ signals: String) throws -> String {
        try FileManager.default.copyItem(
            atPath: WFDBFixtures.path("format516.dat"), toPath: "\(scratch.path)/format516.dat")
        return try scratch.file("r.hea", Data(signals.utf8))
    }

    @Test(
        arguments: [
            ("r 1 250 30\nformat516.dat 516\n", "found 2 channels, expected 1, one for each signal."),
            ("r 2 250 30\nformat516.dat 508\nformat516.dat 508\n", "found 16 bits per sample, expected at most 8"),
            ("r 2 250 31\nformat516.dat 516\nformat516.dat 516\n", "found 30 samples of each signal, expected 31"),
        ])
    func `a file that does not match the header is refused`(_ text: String, _ sentence: String) throws {
        let path = try header(text)
        let error = #expect(throws: WFDBError.self) { try WFDBRecord(path) }
        let found = error.map { "\($0)" } ?? ""
        #expect(found.contains("/format516.dat: \(sentence)"), "\(found)")
    }

    @Test func `signals of a file with different numbers of samples per frame are refused`() throws {
        let path = try header("r 2 250 15\nformat516.dat 516x2\nformat516.dat 516\n")
        #expect(throws: WFDBError.self) { try WFDBRecord(path) }
    }

    @Test func `several samples per frame are successive samples of a channel`() throws {
        let plain = try WFDBRecord(WFDBFixtures.path("format516")).recording
        let path = try header("r 2 250 15\nformat516.dat 516x2 200(0)/mV\nformat516.dat 516x2 100.5(-7)/uV\n")
        let frames = try WFDBRecord(path).recording
        #expect(frames.samplingRate == 500)
        for (found, lead) in zip(frames.leads, plain.leads) {
            #expect(found.samples.map(\.bitPattern) == lead.samples.map(\.bitPattern))
        }
    }

    @Test func `the byte offset counts samples`() throws {
        let plain = try WFDBRecord(WFDBFixtures.path("format516")).recording
        let path = try header("r 2 250 20\nformat516.dat 516+10 200(0)/mV\nformat516.dat 516 100.5(-7)/uV\n")
        for (found, lead) in zip(try WFDBRecord(path).recording.leads, plain.leads) {
            #expect(found.samples.map(\.bitPattern) == lead.samples[10...].map(\.bitPattern))
        }
    }

    @Test func `a damaged file gives a sentence or other samples`() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: WFDBFixtures.path("format516.dat")))
        var refused = 0
        for place in bytes.indices {
            for bit in 0 ..< 8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                let path = try scratch.file("x.dat", flipped)
                do {
                    let file = try WFDBFLACFile(path, channels: 2, bits: 16)
                    var count = 0
                    try file.read(0 ..< 30) { samples, _ in count += samples }
                    #expect(count == 30)
                } catch {
                    #expect("\(error)".hasPrefix("\(path): found "), "\(error)")
                    refused += 1
                }
            }
        }
        // Blocks have checksums; the description of the encoder does not matter.
        #expect(refused > bytes.count * 4)
    }
}
