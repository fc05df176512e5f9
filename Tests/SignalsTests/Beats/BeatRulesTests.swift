import Testing

@testable import Signals

@Suite struct BeatRulesTests {
    /// Forty beats, the twentieth early, all in one cluster.
    private func rules(
        correlation: Float = 1, facts: BeatRules.ClusterFacts = .init(size: 40), early: Double = 0.3
    ) -> BeatRules {
        var times = (0 ..< 40).map { 0.8 * Double($0) }
        times[20] -= early
        return BeatRules(
            rhythm: RRContext(times: times, isUsual: times.map { _ in true }), clusters: [facts],
            beats: times.map { _ in .init(cluster: 0, correlation: correlation) })
    }

    @Test func `an early beat of the usual shape is supraventricular and the others are normal`() {
        let classes = rules().classes()
        #expect(classes.indices.filter { classes[$0] != .normal } == [20])
        #expect(classes[20] == .supraventricular)
    }

    @Test func `a beat that is hardly early is normal`() {
        #expect(rules(early: 0.04).classes().allSatisfy { $0 == .normal })
    }

    @Test func `a wide cluster of another shape is ventricular`() {
        let facts = BeatRules.ClusterFacts(size: 40, correlation: 0.1, widening: 0.4)
        #expect(rules(correlation: 0.1, facts: facts).classes().allSatisfy { $0 == .ventricular })
    }

    @Test func `a paced cluster cannot be classified`() {
        let facts = BeatRules.ClusterFacts(size: 40, correlation: 0.1, widening: 0.4, paced: 0.9)
        #expect(rules(facts: facts).classes().allSatisfy { $0 == .unclassifiable })
    }

    @Test func `a mixture of the usual and a ventricular beat is a fusion`() {
        let facts = BeatRules.ClusterFacts(size: 40, correlation: 0.8, isMixture: true)
        #expect(rules(facts: facts).classes().allSatisfy { $0 == .fusion })
    }

    @Test func `a class has its letter`() {
        #expect(AAMIClass.allCases.map(\.code) == ["N", "S", "V", "F", "Q"])
    }
}
