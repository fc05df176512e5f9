import APIErrors
import Foundation
import Signals
import Testing

@testable import Uploads

struct CorrectionTests {
    private let recording = Recording(
        samplingRate: 10,
        leads: [
            .init(name: "I", samples: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            .init(name: "II", samples: [Float](repeating: 1, count: 10)),
        ])

    private func samples(_ corrections: [Correction], _ lead: String = "I") throws -> [Float] {
        try corrections.applied(to: recording, scale: RecordingScale()).lead(named: lead)!.samples
    }

    @Test func `each correction changes the samples as worked by hand`() throws {
        #expect(try samples([.flip("I")]) == [0, -1, -2, -3, -4, -5, -6, -7, -8, -9])
        #expect(try samples([.swap("I", "II")]) == [Float](repeating: 1, count: 10))
        #expect(try samples([.rename(lead: "I", to: "V1")], "V1").last == 9)
        #expect(try samples([.gain(lead: "I", 5)])[1] == 2)
        #expect(try samples([.gain(lead: nil, 20)], "II")[0] == 0.5)
        // From 0.2 s to 0.6 s: 0.2, 0.3, … lie on the line from 0 to 4 mV.
        let drawn = try samples([.points(lead: "II", [[0.2, 0], [0.6, 4]])], "II")
        #expect(zip(drawn, [1, 1, 0, 1, 2, 3, 4, 1, 1, 1]).allSatisfy { abs($0 - $1) < 1e-5 })
        let removed = try samples([.remove(lead: "I", from: 0.2, to: 0.4)])
        #expect(removed.map(\.isNaN) == [false, false, true, true, true, false, false, false, false, false])
        let shifted = try samples([.shift(lead: "I", seconds: 0.2, millivolts: 0.5)])
        #expect(shifted[0].isNaN && shifted[1].isNaN && shifted[2] == 0.5 && shifted[9] == 7.5)
    }

    @Test func `exchanged leads keep their own spelling`() throws {
        let changed = try [Correction.swap("i", "ii")].applied(to: recording, scale: RecordingScale())
        #expect(changed.leads.map(\.name) == ["I", "II"] && changed.leads[1].samples.last == 9)
    }

    @Test func `another paper speed changes the duration, and later times count in the new one`() throws {
        let changed = try [Correction.speed(50), .remove(lead: "I", from: 0, to: 0.1)]
            .applied(to: recording, scale: RecordingScale())
        #expect(changed.samplingRate == 20 && changed.duration == 0.5)
        #expect(changed.leads[0].samples.prefix(4).map(\.isNaN) == [true, true, true, false])
    }

    @Test func `the whole list starts from the recording as read, so that an empty one restores it`() throws {
        #expect(try samples([]) == recording.leads[0].samples)
        #expect(try samples([.flip("I"), .flip("I")]) == recording.leads[0].samples)
    }

    @Test(arguments: [
        Correction.flip("V9"), .rename(lead: "I", to: "II"), .rename(lead: "I", to: "<b>"), .speed(0),
        .gain(lead: "I", .nan), .points(lead: "I", [[0, 0]]), .points(lead: "I", [[0.5, 0], [0.2, 0]]),
        .points(lead: "I", [[0, 0], [5, 0]]), .points(lead: "I", [[0, 0, 1], [1, 0]]),
        .remove(lead: "I", from: 0.4, to: 0.2), .shift(lead: "I", seconds: 100, millivolts: 0),
    ])
    func `an impossible correction is named by its number`(_ correction: Correction) throws {
        let error = try #require(throws: APIError.self) {
            try [.flip("II"), correction].applied(to: recording, scale: RecordingScale())
        }
        #expect(error.code == .invalidCorrection && error.reason.hasPrefix("Correction 2: "))
    }

    @Test func `corrections read back from the JSON that programs send`() throws {
        let text = """
            [{"change":"rename","lead":"I","to":"II"},{"change":"swap","leads":["I","II"]},{"change":"flip","lead":"aVR"},\
            {"change":"speed","mm_per_s":50},{"change":"gain","lead":null,"mm_per_mv":5},\
            {"change":"points","lead":"II","points":[[1,0.5],[1.2,0.1]]},\
            {"change":"remove","lead":"II","from_s":1,"to_s":1.4},{"change":"shift","lead":"II","seconds":0.1,"mv":0}]
            """
        let corrections = try JSONDecoder().decode([Correction].self, from: Data(text.utf8))
        #expect(
            corrections == [
                .rename(lead: "I", to: "II"), .swap("I", "II"), .flip("aVR"), .speed(50), .gain(lead: nil, 5),
                .points(lead: "II", [[1, 0.5], [1.2, 0.1]]), .remove(lead: "II", from: 1, to: 1.4),
                .shift(lead: "II", seconds: 0.1, millivolts: 0),
            ])
        let again = try JSONDecoder().decode([Correction].self, from: try JSONBody.data(corrections))
        #expect(again == corrections)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Correction].self, from: Data(#"[{"change":"swap","leads":["I"]}]"#.utf8))
        }
    }
}
