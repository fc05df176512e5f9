import LinearAlgebra
import Testing

@testable import Classifiers

struct ConformalPlanTests {
    private static let features: (features: Matrix<Float>, truth: LabelMatrix) =
        Samples.overlapping(rows: 120, columns: 8, labels: 2)

    private static func fit(
        _ truth: LabelMatrix, plan: ConformalPlan?, calibration: CalibrationMethod = .platt,
        members: [Member.Parameters] = [.binaryRelevance(.init()), .mlaram(.init())]
    ) throws -> Ensemble.Fit {
        // The first 60 rows are learnt from; the others tune.
        let (train, tuning) = (Array(0 ..< 60), Array(60 ..< 120))
        var parameters = VoteTuning.Parameters()
        parameters.calibration = calibration
        return try Ensemble.fit(
            features: features.features.selecting(rows: train), truth: truth.selecting(rows: train), members: members,
            tuningRows: .validation(
                features: features.features.selecting(rows: tuning), truth: truth.selecting(rows: tuning),
                folds: (0 ..< 60).map { $0 % 3 }),
            parameters: parameters, conformal: plan, seed: 1, workers: Workers(count: 2))
    }

    private static func turned(_ truth: LabelMatrix, _ rows: [Int]) -> LabelMatrix {
        var truth = truth
        for row in rows {
            for label in 0 ..< truth.columns { truth[row, label].toggle() }
        }
        return truth
    }

    @Test func `nothing but the conformal bounds is fitted on kept rows`() throws {
        let plan = ConformalPlan(alpha: 0.1, isKept: (0 ..< 60).map { $0 % 4 == 0 })
        let kept = (0 ..< 60).filter { plan.isKept[$0] }.map { $0 + 60 }
        let honest = try Self.fit(Self.features.truth, plan: plan)
        let other = try Self.fit(Self.turned(Self.features.truth, kept), plan: plan)
        #expect(honest.ensemble.tuning == other.ensemble.tuning)
        #expect(honest.tuningScores == other.tuningScores)
        #expect(honest.conformal != other.conformal)
        // The other way round: the bounds of the same scores come from kept rows alone.
        let scores = try honest.ensemble.scores(
            Self.features.features.selecting(rows: kept), workers: Workers(count: 1))
        #expect(
            honest.conformal
                == ConformalLabels.fit(
                    scores: scores.scores, truth: Self.features.truth.selecting(rows: kept), alpha: 0.1))
    }

    @Test func `the bounds for a row have not seen its fold`() throws {
        let plan = ConformalPlan(alpha: 0.1, isKept: (0 ..< 60).map { $0 % 4 == 0 })
        let honest = try #require(try Self.fit(Self.features.truth, plan: plan).tuningConformal)
        let fold = (0 ..< 60).filter { $0 % 3 == 1 }
        let other = try #require(
            try Self.fit(Self.turned(Self.features.truth, fold.map { $0 + 60 }), plan: plan).tuningConformal)
        #expect(honest.count == 60)
        for row in fold { #expect(honest[row] == other[row]) }
        #expect(honest[0] != other[0])
    }

    @Test func `without a plan all rows tune and nothing is promised`() throws {
        let fit = try Self.fit(Self.features.truth, plan: nil)
        #expect(fit.conformal == nil && fit.tuningConformal == nil)
    }

    @Test func `temperature is for odds, and shares take Platt's curve`() throws {
        let fit = try Self.fit(Self.features.truth, plan: nil, calibration: .temperature)
        let calibrators = fit.ensemble.tuning.calibrations.map { $0.calibrators[0] }
        guard case .temperature = calibrators[0], case .platt = calibrators[1] else {
            Issue.record("found \(calibrators)")
            return
        }
        // By temperature no share of a vote could be a no.
        #expect(fit.tuningScores.memberScores[1].values.contains { $0 < 0.5 })
        #expect(CalibrationMethod.isotonic.applicable(to: .share) == .isotonic)
    }
}
