import Foundation
import Signals
import Testing

/// The library product `Signals` as another package sees it: nothing but its public interface.
struct SignalsProductTests {
    @Test func `the example in the documentation runs`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("product-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/one"
        // Two samples of 200 units per mV: 0.5 mV and −1 mV.
        try Data("one 1 250 2\none.dat 16 200 16 0 100 -100 0 II\n".utf8).write(to: URL(fileURLWithPath: path + ".hea"))
        try Data([100, 0, 0x38, 0xFF]).write(to: URL(fileURLWithPath: path.replacing("/one", with: "/one.dat")))

        let recording = try WFDBRecord(path).recording
        for lead in recording.leads { print(lead.name, lead.samples.count, "samples in mV") }
        print(recording.duration, "seconds at", recording.samplingRate, "Hz")

        #expect(recording.leads[0].samples == [0.5, -1])
    }
}
