import Foundation
import Testing

@testable import Signals

@Suite struct ElectricalAxisTests {
    private func axis(_ areas: [String: Double]) -> MeasuredValue { ElectricalAxis.axis { areas[$0].map { ($0, 3) } } }

    @Test func `the axis points where the limb leads do`() {
        #expect(abs(axis(["I": 1, "AVF": 0]).value! - 0) < 1e-9)
        #expect(abs(axis(["I": 0, "AVF": 1]).value! - 90) < 1e-9)
        #expect(abs(axis(["I": -1, "AVF": 0]).value! - 180) < 1e-9)
        #expect(abs(axis(["I": 0, "AVF": -1]).value! + 90) < 1e-9)
        // Along lead II, at 60°: I = ½, II = 1, aVF = II − I / 2 = ¾.
        #expect(abs(axis(["I": 0.5, "AVF": 0.75]).value! - 60) < 1e-9)
    }

    /// An axis of 25°: I = cos 25°, aVF = sin 25° · √3 / 2, II = I / 2 + aVF, III = II − I.
    @Test(arguments: [["I", "II"], ["I", "III"], ["II", "III"], ["II", "AVF"], ["III", "AVF"], ["I", "AVF"]])
    func `any two limb leads give the same axis`(names: [String]) {
        let areas = ["I": 0.9063077870, "II": 0.8191520443, "III": -0.0871557427, "AVF": 0.3659981508]
        #expect(abs(axis(areas.filter { names.contains($0.key) }).value! - 25) < 1e-6)
    }

    /// An axis of 60° on a page: lead II shows nine beats, the others three. I and aVF alone would give 105°.
    @Test func `leads count as much as they have beats`() {
        let areas: [String: ElectricalAxis.Area] = [
            "I": (-0.1, 3), "II": (1, 9), "III": (0.5, 3), "AVR": (-0.75, 3), "AVL": (0, 3), "AVF": (0.75, 3),
        ]
        // I = ½ − 0.6: normal equations of the distance −0.6 in lead I, with weights 3 and 9.
        let (a, b, c) = (3 * (1 + 0.25 + 0.5625 * 2) + 9 * 0.25, 3 * (-0.5) + 9 * 0.5, 3 * (1 + 0.25 * 2 + 1) + 9 * 1.0)
        let (one, foot) = (0.5 - 0.6 * 3 * c / (a * c - b * b), 0.75 + 0.6 * 3 * b / (a * c - b * b))
        let expected = atan2(foot * 2 / 3.0.squareRoot(), one) * 180 / .pi
        #expect(abs(ElectricalAxis.axis { areas[$0] }.value! - expected) < 1e-9)
        #expect((60 ... 80).contains(expected))
        // Two leads with different numbers of beats still determine the axis, one does not.
        #expect(abs(ElectricalAxis.axis { ["I": (1, 2), "II": (0.5, 8)][$0] }.value! - 0) < 1e-9)
        #expect(ElectricalAxis.axis { ["II": (0.5, 8)][$0] }.reason == .leadMissing)
    }

    @Test func `one lead, or none with an area, has no axis`() {
        #expect(axis(["I": 1]).reason == .leadMissing)
        #expect(axis([:]).reason == .leadMissing)
        #expect(axis(["I": 0, "AVF": 0]).reason == .noDirection)
    }
}
