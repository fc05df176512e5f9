import Foundation
import Testing

@testable import Signals

@Suite struct WFDBRecordReaderTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test(arguments: try WFDBFixtures.read().records.keys.sorted())
    func `every piece of a record is that part of the whole`(_ name: String) throws {
        let whole = try WFDBRecord(WFDBFixtures.path(name)).recording
        let reader = try WFDBRecordReader(WFDBFixtures.path(name))
        #expect(reader.sampleCount == whole.sampleCount && reader.samplingRate == whole.samplingRate)
        #expect(reader.leadNames == whole.leads.map(\.name))
        for start in 0 ..< whole.sampleCount {
            for end in start ... min(start + 9, whole.sampleCount) {
                let piece = try reader.recording(in: start ..< end)
                #expect(piece.leads.map(\.name) == reader.leadNames)
                for (found, lead) in zip(piece.leads, whole.leads) {
                    let wanted = lead.samples[start ..< end].map(\.bitPattern)
                    #expect(found.samples.map(\.bitPattern) == wanted, "\(start) ..< \(end)")
                }
            }
        }
        try reader.verifyChecksums()
    }

    /// More samples than are decoded at once, and more frames than a checkpoint of format 8.
    @Test(arguments: [WFDBSignalFormat.difference8, .packed12, .packed10, .bits16])
    func `pieces of a long record are parts of the whole`(_ format: WFDBSignalFormat) throws {
        let frames = 150_001
        let bytes = (0 ..< format.bytes(of: 3 * frames)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        _ = try scratch.file("r.dat", bytes)
        let lines = "r.dat \(format.rawValue)x2 1 0 0 5 0 0 I\nr.dat \(format.rawValue) 1 0 0 -9 0 0 II\n"
        let path = try scratch.file("r.hea", Data("r 2 360 \(frames)\n\(lines)".utf8))
        let whole = try WFDBRecord(path).recording
        #expect(whole.sampleCount == 2 * frames && whole.samplingRate == 720)
        let reader = try WFDBRecordReader(path)
        let cuts = [0, 1, 2, 65_535, 131_072, 131_075, 262_143, 300_001, 2 * frames]
        for (start, end) in zip(cuts, cuts.dropFirst()) + [(65_000, 270_001)] {
            for (found, lead) in zip(try reader.recording(in: start ..< end).leads, whole.leads) {
                // NaN where a sample is the format's mark.
                #expect(found.samples.map(\.bitPattern) == lead.samples[start ..< end].map(\.bitPattern))
            }
        }
        if format == .difference8 {
            var sums: [Int8: Int] = [:]
            for frame in 0 ..< frames { sums[Int8(bitPattern: bytes[3 * frame + 2]), default: 0] += 1 }
            let total = sums.reduce(-9) { $0 + Int($1.key) * $1.value }
            #expect(whole.leads[1].samples.last == Float(total))
        }
    }

    @Test func `checksums of parts are not verified, those of the whole are`() throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4] as [UInt8])
        let path = try scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1/mV 8 0 0 9 0 II\n".utf8))
        let reader = try WFDBRecordReader(path)
        #expect(try reader.recording(in: 0 ..< 3).leads[0].samples == [-127, -126, -125])
        let error = WFDBError.checksum(path: "\(scratch.path)/r.dat", signal: "II", expected: 9, found: -502)
        #expect(throws: error) { try reader.recording(in: 0 ..< 4) }
        #expect(throws: error) { try reader.verifyChecksums() }
    }

    @Test func `a file that gets shorter after it was opened is an error`() throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4] as [UInt8])
        let reader = try WFDBRecordReader(scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1\n".utf8)))
        let path = try scratch.file("r.dat", [1, 2] as [UInt8])
        #expect(throws: WFDBError.tooShort(path: path, expected: 4, found: 2)) { try reader.recording(in: 0 ..< 4) }
    }

    @Test func `a pipe in the place of a signal file is refused without waiting`() throws {
        #expect(mkfifo("\(scratch.path)/r.dat", 0o600) == 0)
        let path = try scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1\n".utf8))
        let error = #expect(throws: (any Error).self) { try WFDBRecordReader(path) }
        #expect(error.map { "\($0)" }?.contains("not a regular file") == true)
    }
}
