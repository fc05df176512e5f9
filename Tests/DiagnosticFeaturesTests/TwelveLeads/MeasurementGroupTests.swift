import Signals
import Testing

@testable import DiagnosticFeatures

@Suite struct MeasurementGroupTests {
    @Test func `each measurement is in exactly one group`() {
        let members = MeasurementGroup.table.flatMap(\.members)
        #expect(members.count == TwelveLeadMeasurement.table.count)
        #expect(Set(members) == Set(TwelveLeadMeasurement.table.map(\.name)))
        #expect(Set(MeasurementGroup.table.map(\.name)).count == MeasurementGroup.table.count)
        #expect(Set(MeasurementGroup.table.map(\.words)).count == MeasurementGroup.table.count)
    }

    private func group(_ name: String) throws -> MeasurementGroup {
        try #require(MeasurementGroup.table.first { $0.name == name })
    }

    @Test func `an axis of equal sine and cosine is 45 degrees`() throws {
        let axis = try group("qrsAxis")
        let half = 0.5.squareRoot()
        #expect(abs(try #require(axis.value([half, half])) - 45) < 1e-9)
        #expect(abs(try #require(axis.value([-half, half])) + 45) < 1e-9)
        #expect(axis.value([.nan, half]) == nil)
        #expect(axis.unit == "°" && axis.leads == ["I", "aVF"] && !axis.followsFirst)
    }

    @Test func `a share is shown in percent, a voltage as it is`() throws {
        let unusual = try group("unusualShare")
        #expect(unusual.value([0.25] + unusual.members.dropFirst().map { _ in .nan }) == 25)
        #expect(unusual.shown(first: 0.25) == 25)
        #expect(try group("rV1").value([0.3, 0.2]) == 0.3)
    }

    @Test func `limits by sex need the sex`() throws {
        let cornell = try #require(try group("cornell").limit)
        #expect(cornell.bounds(for: .female)?.high == 2 && cornell.bounds(for: .male)?.high == 2.8)
        #expect(cornell.bounds(for: nil) == nil)
        #expect(try group("sokolowLyon").limit?.bounds(for: nil)?.high == 3.5)
    }
}
