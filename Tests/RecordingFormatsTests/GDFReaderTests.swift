import Foundation
import Processes
import Signals
import TestSupport
import Testing

@testable import RecordingFormats

private let isInstalled = (try? ChildProcess.run("save2gdf", ["--version"])) != nil

@Suite(.enabled(if: isInstalled, "save2gdf is not installed")) struct GDFReaderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `an SCP file with first differences is decoded`() throws {
        let file = try RecordingFile(scratch.write("x.scp", SampleECG.scp(differences: true)))
        #expect(SampleECG.difference(file.recording) < 1e-6)
    }

    @Test func `every damage of the converted file gives an error or a recording`() throws {
        let path = try scratch.write("x.scp", SampleECG.scp())
        let data = try Converter.biosig.output(of: path) { ["-f=GDF", "-z=0", $0, $1] }
        #expect(SampleECG.difference(try GDFReader.read(data, path: path, kind: .scp).0) < 1e-6)
        for size in stride(from: 0, to: data.count, by: 997) {
            #expect(throws: RecordingFormatError.self) { try GDFReader.read(data.prefix(size), path: path, kind: .scp) }
        }
        var count = 0
        for place in 0 ..< 256 * 9 {
            for value: UInt8 in [0, 255] {
                var damaged = data
                damaged[place] = value
                do {
                    count += try GDFReader.read(damaged, path: path, kind: .scp).0.leads.count
                } catch {
                    #expect(error is RecordingFormatError)
                }
            }
        }
        #expect(count > 0)
    }
}
