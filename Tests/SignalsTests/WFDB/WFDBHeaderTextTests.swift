import Foundation
import Testing

@testable import Signals

@Suite struct WFDBHeaderTextTests {
    @Test func `a written header is read back with every field`() throws {
        var header = WFDBHeader(record: "r", samplingRate: 62.4725, counterFrequency: 1000.5, signalCount: 2)
        (header.baseCounter, header.frameCount) = (-3, 7)
        header.baseTime = DateComponents(hour: 1, minute: 2, second: 3, nanosecond: 45_000_000)
        header.baseDate = DateComponents(year: 2024, month: 12, day: 31)
        header.comments = ["Age: 7", "café"]
        var signal = WFDBHeader.Signal(file: "r.dat", format: .bits16, description: "a lead")
        (signal.samplesPerFrame, signal.skew, signal.offset, signal.gain) = (4, 2, 24, 0.0000125)
        (signal.baseline, signal.units, signal.resolution, signal.zero) = (-5, "uV", 12, 3)
        (signal.initialValue, signal.checksum, signal.blockSize) = (-9, -4321, 512)
        header.signals = [signal, WFDBHeader.Signal(file: "s.dat", format: .packed12, description: "V1")]
        let text = header.text
        #expect(text.hasPrefix("r 2 62.4725/1000.5(-3) 7 01:02:03.045000 31/12/2024\nr.dat 16x4:2+24 0.0000125(-5)/uV"))
        #expect(try WFDBHeader(parsing: Data(text.utf8), path: "r.hea") == header)
    }

    @Test func `names and comments cannot add lines`() throws {
        var header = WFDBHeader(record: "r", samplingRate: 100, counterFrequency: 100, signalCount: 1)
        header.signals = [WFDBHeader.Signal(file: "r.dat", format: .bits16, description: "I\nx.dat 16\tII ")]
        header.comments = ["one\r\ntwo 2"]
        let read = try WFDBHeader(parsing: Data(header.text.utf8), path: "r.hea")
        #expect(read.signals.map(\.description) == ["I x.dat 16 II"])
        #expect(read.comments == ["one", "two 2"])
    }
}
