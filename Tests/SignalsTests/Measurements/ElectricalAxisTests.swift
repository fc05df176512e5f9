import Testing

@testable import Signals

@Suite struct ElectricalAxisTests {
    private func axis(_ areas: [String: Double]) -> MeasuredValue { ElectricalAxis.axis { areas[$0] } }

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

    @Test func `one lead, or none with an area, has no axis`() {
        #expect(axis(["I": 1]).reason == .leadMissing)
        #expect(axis([:]).reason == .leadMissing)
        #expect(axis(["I": 0, "AVF": 0]).reason == .noDirection)
    }
}
