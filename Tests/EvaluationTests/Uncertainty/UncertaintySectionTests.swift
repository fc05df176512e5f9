import Classifiers
import LinearAlgebra
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Evaluation

struct UncertaintySectionTests {
    private static func section(_ overrides: [String] = []) throws -> UncertaintySection {
        try SampleExperiment.configuration(overrides).doubt
    }

    /// Creates n rows with label 0 or 1; every fifth row has label 1.
    private static func truth(_ rows: Int) -> LabelMatrix {
        LabelMatrix((0 ..< rows).map { $0 % 5 == 0 ? [0, 1] : [1, 0] })
    }

    @Test func `the rule determines the conditions`() throws {
        let standard = try Self.section()
        #expect(standard.rule == .confidence && standard.alpha == 0.1 && standard.falseAlarms == 0.01)
        #expect(try SampleExperiment.configuration([]).uncertainty.minimumConfidence == 0.5)
        #expect(try SampleExperiment.configuration(["uncertainty.rule=both"]).uncertainty.minimumConfidence == 0.5)
        #expect(try SampleExperiment.configuration(["uncertainty.rule=conformal"]).uncertainty.minimumConfidence == nil)
        #expect(try Self.section(["uncertainty.false_alarms=off"]).falseAlarms == nil)
        for wrong in ["rule=none", "alpha=0", "alpha=0.6", "calibration_share=1", "false_alarms=1"] {
            #expect(throws: ConfigurationError.self, "\(wrong)") { try Self.section(["uncertainty.\(wrong)"]) }
        }
    }

    @Test func `the requested share of rows is reserved, stratified and seeded`() throws {
        let section = try Self.section(["uncertainty.rule=both", "uncertainty.calibration_share=0.3"])
        let truth = Self.truth(200)
        let (plan, warnings) = section.plan(truth: truth, codes: ["N", "V"], groups: nil, seed: 4)
        let kept = try #require(plan?.isKept)
        #expect(kept.count { $0 } == 60)
        #expect(kept.indices.count { kept[$0] && truth[$0, 1] } == 12)
        #expect(warnings.isEmpty)
        #expect(section.plan(truth: truth, codes: ["N", "V"], groups: nil, seed: 4).plan == plan)
        #expect(section.plan(truth: truth, codes: ["N", "V"], groups: nil, seed: 5).plan != plan)
        #expect(try Self.section().plan(truth: truth, codes: ["N", "V"], groups: nil, seed: 4).plan == nil)
    }

    @Test func `no group is split`() throws {
        let section = try Self.section(["uncertainty.rule=conformal"])
        let groups = (0 ..< 200).map { "patient \($0 / 8)" }
        let plan = try #require(
            section.plan(truth: Self.truth(200), codes: ["N", "V"], groups: groups, seed: 4).plan)
        for group in Set(groups) {
            let rows = groups.indices.filter { groups[$0] == group }
            #expect(Set(rows.map { plan.isKept[$0] }).count == 1)
        }
    }

    @Test func `too few rows of a class give a warning`() throws {
        let section = try Self.section(["uncertainty.rule=both"])
        let (plan, warnings) = section.plan(truth: Self.truth(100), codes: ["N", "V"], groups: nil, seed: 4)
        #expect(plan != nil)
        // 25 rows are reserved, five of them with V and so without N.
        #expect(warnings.count == 2)
        #expect(warnings[1].description.contains("5 calibration rows with label V, and 9 are needed"))
        let nothing = section.plan(truth: Self.truth(1), codes: ["N", "V"], groups: nil, seed: 4)
        #expect(nothing.plan == nil)
        #expect(nothing.warnings.count == 1 && nothing.warnings[0].description.contains("Conformal prediction is off"))
    }
}
