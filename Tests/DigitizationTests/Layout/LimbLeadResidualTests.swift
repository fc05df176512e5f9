import Foundation
import Testing

@testable import Digitization

struct LimbLeadResidualTests {
    private static let times = (0 ..< 500).map { Double($0) / 200 }

    private static func lead(_ name: String, noise: Double = 0) -> (name: String, samples: [Float]) {
        let (one, two) = LimbLeadResidual.shares[name]!
        // Noise of known power, different for each lead.
        let frequency = Double(name.hashValueForTests)
        return (
            name,
            times.map { time in
                Float(
                    one * sin(7 * time) + two * cos(11 * time) + noise * 2.0.squareRoot() * sin(frequency * time))
            }
        )
    }

    @Test func `leads that follow the relations agree without limit`() throws {
        let all = try #require(LimbLeadResidual.agreement(LeadName.limb.map { Self.lead($0) }))
        #expect(all.decibels > 60 && all.noise < 1e-3)
        let three = try #require(LimbLeadResidual.agreement(["I", "II", "III"].map { Self.lead($0) }))
        #expect(three.decibels > 60)
    }

    @Test func `the noise of each lead is estimated`() throws {
        let noisy = try #require(LimbLeadResidual.agreement(LeadName.limb.map { Self.lead($0, noise: 0.05) }))
        #expect(abs(noisy.noise - 0.05) < 0.01)
    }

    @Test func `exchanged and inverted leads contradict each other`() throws {
        var leads = ["I", "II", "III"].map { Self.lead($0) }
        (leads[0].name, leads[1].name) = ("II", "I")
        #expect(try #require(LimbLeadResidual.agreement(leads)).decibels < 6)
        leads = ["aVR", "aVL", "aVF"].map { Self.lead($0) }
        leads[2].samples = leads[2].samples.map { -$0 }
        #expect(try #require(LimbLeadResidual.agreement(leads)).decibels < 6)
    }

    @Test func `gains of their own keep the signs of the relations, exchanged names do not`() throws {
        var leads = ["I", "II", "III"].map { Self.lead($0) }
        for (index, gain) in [1.5, 0.6, 1.1].enumerated() {
            leads[index].samples = leads[index].samples.map { $0 * Float(gain) }
        }
        let scaled = try #require(LimbLeadResidual.agreement(leads))
        #expect((scaled.decibelsWithGains ?? 0) > scaled.decibels + 20)
        (leads[0].name, leads[1].name) = ("II", "I")
        let exchanged = try #require(LimbLeadResidual.agreement(leads))
        #expect(exchanged.decibelsWithGains == nil && exchanged.decibelsOfNames < 8)
    }

    @Test func `two limb leads or few samples say nothing`() {
        #expect(LimbLeadResidual.agreement(["I", "II"].map { Self.lead($0) }) == nil)
        let short = ["I", "II", "III"].map { (name: $0, samples: Array(Self.lead($0).samples.prefix(50))) }
        #expect(LimbLeadResidual.agreement(short) == nil)
    }
}

extension String {
    /// A number that is the same in every run.
    fileprivate var hashValueForTests: Int { 40 + unicodeScalars.reduce(0) { $0 + Int($1.value) } % 60 }
}
