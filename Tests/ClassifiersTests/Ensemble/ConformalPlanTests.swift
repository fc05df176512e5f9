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
        var parameters = EnsembleCalibration.Parameters()
        parameters.calibration = calibration
        return try Ensemble.fit(
            features: features.features.selecting(rows: train), truth: truth.selecting(rows: train), members: members,
            calibrationSet: .validation(
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

    @Test func `only conformal bounds are fitted on reserved rows`() throws {
        let plan = ConformalPlan(alpha: 0.1, isKept: (0 ..< 60).map { $0 % 4 == 0 })
        let kept = (0 ..< 60).filter { plan.isKept[$0] }.map { $0 + 60 }
        let honest = try Self.fit(Self.features.truth, plan: plan)
        let other = try Self.fit(Self.turned(Self.features.truth, kept), plan: plan)
        #expect(honest.ensemble.calibration == other.ensemble.calibration)
        #expect(honest.outOfFoldScores == other.outOfFoldScores)
        #expect(honest.conformal != other.conformal)
        // The other way round: the bounds of the same scores come from kept rows alone.
        let scores = try honest.ensemble.scores(
            Self.features.features.selecting(rows: kept), workers: Workers(count: 1))
        #expect(
            honest.conformal
                == ConformalLabels.fit(
                    scores: scores.scores, truth: Self.features.truth.selecting(rows: kept), alpha: 0.1))
    }

    @Test func `the bounds of a row do not depend on its fold`() throws {
        let plan = ConformalPlan(alpha: 0.1, isKept: (0 ..< 60).map { $0 % 4 == 0 })
        let honest = try #require(try Self.fit(Self.features.truth, plan: plan).outOfFoldConformal)
        let fold = (0 ..< 60).filter { $0 % 3 == 1 }
        let other = try #require(
            try Self.fit(Self.turned(Self.features.truth, fold.map { $0 + 60 }), plan: plan).outOfFoldConformal)
        #expect(honest.count == 60)
        for row in fold { #expect(honest[row] == other[row]) }
        #expect(honest[0] != other[0])
    }

    @Test func `without a plan, all rows are used for calibration and there are no bounds`() throws {
        let fit = try Self.fit(Self.features.truth, plan: nil)
        #expect(fit.conformal == nil && fit.outOfFoldConformal == nil)
    }

    @Test func `temperature scaling is for odds, and shares use Platt scaling`() throws {
        let fit = try Self.fit(Self.features.truth, plan: nil, calibration: .temperature)
        let calibrators = fit.ensemble.calibration.calibrations.map { $0.calibrators[0] }
        guard case .temperature = calibrators[0], case .platt = calibrators[1] else {
            Issue.record("found \(calibrators)")
            return
        }
        // By temperature no share of a vote could be a no.
        #expect(fit.outOfFoldScores.memberScores[1].values.contains { $0 < 0.5 })
        #expect(CalibrationMethod.isotonic.applicable(to: .share) == .isotonic)
    }
}
