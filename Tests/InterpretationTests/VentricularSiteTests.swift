import Testing

@testable import Interpretation

@Suite struct VentricularSiteTests {
    private func site(_ areas: [String: Double]) -> VentricularSite? {
        VentricularSite.site(.init(areas: areas))?.site
    }

    private func leads(_ one: Double, _ two: Double, _ foot: Double, _ chest: [Double]) -> [String: Double] {
        var areas = ["I": one, "II": two, "AVF": foot]
        for (index, area) in chest.enumerated() { areas["V\(index + 1)"] = area }
        return areas
    }

    @Test func `polarity and axis name the site`() {
        #expect(site(leads(1, 1, 1, [-1, -1, -1, 1, 1, 1])) == .rightOutflow)
        #expect(site(leads(1, 1, 1, [-1, 1, 1, 1, 1, 1])) == .leftOutflow)
        #expect(site(leads(-1, 1, 1, [1, 1, 1, 1, 1, 1])) == .leftOutflow)
        #expect(site(leads(1, -1, -1, [-1, -1, 1, 1, 1, 1])) == .septal)
        #expect(site(leads(1, -1, -1, [-1, -1, -1, -1, 1, 1])) == .rightFreeWall)
        #expect(site(leads(-1, -1, -1, [1, 1, 1, 1, 1, -1])) == .leftFreeWall)
        #expect(site(leads(-1, -1, -1, [1, 1, -1, -1, -1, -1])) == .apical)
    }

    @Test func `without V1 or the inferior leads there is no site`() {
        #expect(site(["I": 1, "II": 1, "AVF": 1]) == nil)
        #expect(site(["V1": 1]) == nil)
    }
}
