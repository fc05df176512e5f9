import PageDrawing
import Signals
import Testing

struct BeatWindowTests {
    @Test func `missing samples are filled with the lowest value`() throws {
        // A minute at 125 Hz whose values are the indices of the samples.
        let ramp = Recording.Lead(name: "II", samples: (0 ..< 7500).map(Float.init))
        let cutter = BeatCutter(lead: ramp, samplingRate: 125, beats: [100, 200, 300])
        let trace = try #require(cutter.window(ofBeat: 0)).trace(in: Frame(left: 0, top: 0, width: 186, height: 10))
        #expect(trace.samples.count == 187)
        #expect(trace.samples[119] == 219 && trace.samples[120...].allSatisfy { $0 == 100 })
        #expect(trace.window == 0 ... 186.0 / 125)
    }
}
