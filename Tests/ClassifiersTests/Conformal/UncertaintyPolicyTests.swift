import Classifiers
import LinearAlgebra
import Testing

struct UncertaintyPolicyTests {
    @Test func `the confidence is the lowest probability of a correct answer`() {
        let decision = UncertaintyPolicy().decide(scores: [0.9, 0.3, 0.05], decided: [1, 0, 0])
        #expect(decision == Decision(labels: [0], confidence: 0.7, reasons: []))
        #expect(!decision.uncertain)
    }

    @Test func `a decided label with a low score has a low confidence`() {
        let policy = UncertaintyPolicy(minimumConfidence: 0.5)
        let decision = policy.decide(scores: [0.99, 0.15], decided: [1, 1])
        #expect(decision.confidence == 0.15)
        #expect(decision.reasons == [.lowConfidence])
    }

    @Test func `an uncertain decision keeps its labels`() {
        let policy = UncertaintyPolicy(minimumConfidence: 0.9)
        let decision = policy.decide(scores: [0.6, 0.4, 0.7], decided: [1, 0, 1])
        #expect(decision.uncertain)
        #expect(decision.labels == [0, 2])
    }

    @Test func `a confidence equal to the bound is sufficient`() {
        let policy = UncertaintyPolicy(minimumConfidence: 0.75)
        let below = (0.75).nextDown
        #expect(!policy.decide(scores: [0.75], decided: [1]).uncertain)
        #expect(policy.decide(scores: [below], decided: [1]).uncertain)
    }

    @Test func `a decision without labels is uncertain for all scores`() {
        let decision = UncertaintyPolicy().decide(scores: [0.01, 0.02], decided: [0, 0])
        #expect(decision.reasons == [.noLabelDecided])
        #expect(decision.labels.isEmpty)
    }

    @Test func `members disagree if two scores of a label differ by more than the bound`() {
        let members = [[0.9, 0.1], [0.6, 0.15], [0.8, 0.2]]
        #expect(abs(UncertaintyPolicy.spread(members) - 0.3) < 1e-15)
        func reasons(_ bound: Double?) -> [Reason] {
            let policy = UncertaintyPolicy(maximumSpread: bound)
            return policy.decide(scores: [0.8, 0.15], decided: [1, 0], memberScores: members).reasons
        }
        #expect(reasons(0.25) == [.membersDisagree])
        #expect(reasons(0.35) == [])
        #expect(reasons(nil) == [])
        #expect(UncertaintyPolicy(maximumSpread: 0).decide(scores: [0.8], decided: [1]).reasons == [])
    }

    @Test func `a conformal set must contain exactly the decided answer`() {
        let bounds = ConformalLabels.Bounds(no: 0.25, yes: 0.25)
        let policy = UncertaintyPolicy(conformal: ConformalLabels(alpha: 0.1, bounds: [bounds]))
        #expect(policy.decide(scores: [0.8], decided: [1]).reasons == [])
        #expect(policy.decide(scores: [0.5], decided: [1]).reasons == [.lowConfidence], "the set is empty")
        #expect(policy.decide(scores: [0.2], decided: [1]).reasons == [.lowConfidence], "the set is {no}")
        let wide = ConformalLabels.Bounds(no: 0.9, yes: .infinity)
        let open = UncertaintyPolicy(conformal: ConformalLabels(alpha: 0.1, bounds: [wide]))
        #expect(open.decide(scores: [0.8], decided: [1]).reasons == [.lowConfidence], "the set is {yes, no}")
    }

    @Test func `reasons have a fixed order and no duplicates, including those of the picture`() {
        let bounds = ConformalLabels.Bounds(no: .infinity, yes: .infinity)
        let policy = UncertaintyPolicy(
            minimumConfidence: 0.99, maximumSpread: 0.1, conformal: ConformalLabels(alpha: 0.1, bounds: [bounds]))
        let decision = policy.decide(
            scores: [0.4], decided: [0], memberScores: [[0.2], [0.6]],
            findings: [.outOfDistribution, .fewLeads, .poorQuality, .notAnECG])
        #expect(decision.reasons == Reason.allCases)
        #expect(
            Reason.allCases.map(\.rawValue)
                == [
                    "no_label_decided", "low_confidence", "members_disagree", "not_an_ecg", "poor_quality",
                    "few_leads", "out_of_distribution",
                ])
    }

    @Test func `deciding many samples equals deciding each of them`() {
        let policy = UncertaintyPolicy(minimumConfidence: 0.6, maximumSpread: 0.2)
        let scores = Matrix<Double>([[0.9, 0.2], [0.55, 0.1], [0.3, 0.2]])
        let members = [
            Matrix<Double>([[0.95, 0.1], [0.5, 0.1], [0.3, 0.2]]), Matrix([[0.7, 0.3], [0.6, 0.1], [0.3, 0.2]]),
        ]
        let decision = LabelMatrix([[1, 0], [1, 0], [0, 0]])
        let findings: [[Reason]] = [[], [.poorQuality], []]
        let decisions = policy.decide(
            scores: scores, decision: decision, memberScores: members, findings: findings)
        #expect(
            decisions.map(\.reasons) == [[.membersDisagree], [.lowConfidence, .poorQuality], [.noLabelDecided]])
        for row in 0 ..< 3 {
            #expect(
                decisions[row]
                    == policy.decide(
                        scores: scores.row(row), decided: decision.row(row),
                        memberScores: members.map { Array($0.row(row)) }, findings: findings[row]))
        }
    }
}
