import LinearAlgebra
import Synchronization
import Testing

@testable import Classifiers

struct EnsembleTests {
    private static let members: [Member.Parameters] = [
        .binaryRelevance(BinaryRelevance<Float>.Parameters(c: 0.1)), .mlaram(MLARAM<Float>.Parameters()),
        .multiLabelSVM(MultiLabelSVM<Float>.Parameters(c: 1)),
    ]

    private static func fit(
        _ features: Matrix<Float>, _ truth: LabelMatrix, _ rows: Ensemble.CalibrationSet,
        members: [Member.Parameters] = members, parameters: EnsembleCalibration.Parameters = .init(),
        workers: Workers = Workers(count: 2), progress: (Int, Int, String) -> Void = { _, _, _ in }
    ) throws -> Ensemble.Fit {
        try Ensemble.fit(
            features: features, truth: truth, members: members, calibrationSet: rows, parameters: parameters, seed: 1,
            workers: workers, progress: progress)
    }

    private static func folds(_ rows: Int, _ count: Int = 3) -> [Int] { (0 ..< rows).map { $0 % count } }

    @Test func `out-of-fold scores equal those of members and calibrations fitted without the fold`()
        throws
    {
        let (features, truth) = Samples.overlapping(rows: 45, columns: 6, labels: 2, of: Float.self)
        let folds = Self.folds(45)
        let fit = try Self.fit(features, truth, .crossFit(folds: folds))

        var values = Self.members.map { _ in Matrix<Double>(rows: 45, columns: 2) }
        for fold in 0 ..< 3 {
            let inside = folds.indices.filter { folds[$0] != fold }
            let outside = folds.indices.filter { folds[$0] == fold }
            let standardizer = Standardizer(fitting: features.selecting(rows: inside))
            for (index, member) in Self.members.enumerated() {
                let model = try member.fit(
                    features: standardizer.apply(features.selecting(rows: inside)),
                    truth: truth.selecting(rows: inside), seed: 1, workers: Workers(count: 1))
                values[index].replace(
                    rows: outside,
                    with: model.decisionValues(
                        standardizer.apply(features.selecting(rows: outside)), workers: Workers(count: 1)))
            }
        }
        for fold in 0 ..< 3 {
            let inside = folds.indices.filter { folds[$0] != fold }
            let outside = folds.indices.filter { folds[$0] == fold }
            let expected = EnsembleCalibration.fit(
                decisionValues: values.map { $0.selecting(rows: inside) }, truth: truth.selecting(rows: inside),
                parameters: .init()
            ).apply(to: values.map { $0.selecting(rows: outside) })
            #expect(fit.outOfFoldScores.scores.selecting(rows: outside) == expected.scores)
            #expect(fit.outOfFoldScores.decision.selecting(rows: outside) == expected.decision)
            for member in Self.members.indices {
                #expect(
                    fit.outOfFoldScores.memberScores[member].selecting(rows: outside) == expected.memberScores[member])
            }
        }
        #expect(
            fit.ensemble.calibration
                == EnsembleCalibration.fit(decisionValues: values, truth: truth, parameters: .init()),
            "the final tuning sees every row, each scored by members that have not seen it")
    }

    @Test func `no member that scores a row is fitted on its label`() throws {
        let (features, truth) = Samples.overlapping(rows: 40, columns: 5, labels: 2, seed: 3, of: Float.self)
        let folds = Self.folds(40, 4)
        // Without anything tuned, what is left are the members' own values.
        let untuned = EnsembleCalibration.Parameters(
            weighting: .equal, thresholds: .fixed(0.5), calibration: .uncalibrated)
        let before = try Self.fit(features, truth, .crossFit(folds: folds), parameters: untuned).outOfFoldScores
        var flipped = truth
        let held = folds.indices.filter { folds[$0] == 2 }
        for row in held {
            for label in 0 ..< 2 { flipped[row, label] = !truth[row, label] }
        }
        let after = try Self.fit(features, flipped, .crossFit(folds: folds), parameters: untuned).outOfFoldScores
        #expect(before.scores.selecting(rows: held) == after.scores.selecting(rows: held))
        for member in Self.members.indices {
            #expect(
                before.memberScores[member].selecting(rows: held) == after.memberScores[member].selecting(rows: held))
            // The other folds have learnt from the flipped rows: a test in which nothing moved would prove nothing.
            let others = folds.indices.filter { folds[$0] != 2 }
            #expect(
                before.memberScores[member].selecting(rows: others)
                    != after.memberScores[member].selecting(rows: others))
        }
    }

    @Test func `labels of validation rows do not influence the members`() throws {
        let (features, truth) = Samples.overlapping(rows: 60, columns: 5, labels: 2, seed: 4, of: Float.self)
        let (train, held) = (Array(0 ..< 40), Array(40 ..< 60))
        func fit(_ validationTruth: LabelMatrix) throws -> Ensemble.Fit {
            try Self.fit(
                features.selecting(rows: train), truth.selecting(rows: train),
                .validation(
                    features: features.selecting(rows: held), truth: validationTruth, folds: Self.folds(20, 4)))
        }
        let plain = try fit(truth.selecting(rows: held))
        let inverted = LabelMatrix(
            rows: 20, columns: 2, values: truth.selecting(rows: held).values.map { 1 - $0 })
        let other = try fit(inverted)
        let standardised = plain.ensemble.preparation.apply(features)
        for (one, two) in zip(plain.ensemble.members, other.ensemble.members) {
            #expect(
                one.decisionValues(standardised, workers: Workers(count: 1))
                    == two.decisionValues(standardised, workers: Workers(count: 1)))
        }
        #expect(plain.ensemble.calibration != other.ensemble.calibration)
        #expect(plain.outOfFoldScores.scores.rows == 20)
    }

    @Test func `a fit has the same bits with one and four workers`() throws {
        let (features, truth) = Samples.overlapping(rows: 50, columns: 7, labels: 3, seed: 5, of: Float.self)
        let folds = Self.folds(50)
        let one = try Self.fit(features, truth, .crossFit(folds: folds), workers: Workers(count: 1))
        let four = try Self.fit(features, truth, .crossFit(folds: folds), workers: Workers(count: 4))
        #expect(one.outOfFoldScores == four.outOfFoldScores)
        #expect(one.ensemble.calibration == four.ensemble.calibration)
        #expect(
            try one.ensemble.scores(features, workers: Workers(count: 1))
                == four.ensemble.scores(features, workers: Workers(count: 4)))
    }

    @Test func `the score of a row does not depend on other rows`() throws {
        let (features, truth) = Samples.overlapping(rows: 30, columns: 6, labels: 2, seed: 6, of: Float.self)
        let ensemble = try Self.fit(features, truth, .crossFit(folds: Self.folds(30))).ensemble
        let together = try ensemble.scores(features, workers: Workers(count: 2))
        for row in [0, 7, 29] {
            let alone = try ensemble.scores(features.selecting(rows: [row]), workers: Workers(count: 2))
            #expect(alone.scores == together.scores.selecting(rows: [row]))
        }
        let none = try ensemble.scores(Matrix(rows: 0, columns: 6), workers: Workers(count: 2))
        #expect(none.scores.rows == 0 && none.memberDecisions.count == 3)
    }

    @Test func `progress increases by one per fit from zero to the total`() throws {
        let (features, truth) = Samples.overlapping(rows: 20, columns: 4, labels: 2, of: Float.self)
        var told: [Int] = []
        var totals: Set<Int> = []
        _ = try Self.fit(features, truth, .crossFit(folds: Self.folds(20, 4)), members: [Self.members[1]]) {
            done, total, _ in
            told.append(done)
            totals.insert(total)
        }
        #expect(told == [0, 1, 2, 3, 4, 5])
        #expect(totals == [5])
    }

    @Test func `a class in one fold only and a label without samples are supported`() throws {
        var (features, truth) = Samples.overlapping(rows: 18, columns: 4, labels: 3, of: Float.self)
        for row in 0 ..< 18 {
            truth[row, 1] = row == 5
            truth[row, 2] = false
        }
        features.values[3] = 7
        let fit = try Self.fit(features, truth, .crossFit(folds: Self.folds(18)))
        #expect(fit.outOfFoldScores.scores.values.allSatisfy { (0 ... 1).contains($0) })
        #expect(fit.outOfFoldScores.scores.column(2).allSatisfy { $0 < 0.2 })
    }

    @Test func `features that overflow single precision are rejected with their row, in fits and scores`() throws {
        let (features, truth) = Samples.overlapping(rows: 24, columns: 4, labels: 2, of: Float.self)
        // A hundredth, so that what is divided by its deviation overflows.
        var huge = Matrix(rows: 24, columns: 4, values: features.values.map { $0 / 100 })
        for column in 0 ..< 4 { huge[7, column] = 3e38 }
        #expect(throws: EnsembleError.notFinite(member: "binary-relevance", row: 2)) {
            // Row 7 is the third of fold 1.
            try Self.fit(huge, truth, .crossFit(folds: Self.folds(24)), members: [Self.members[0]])
        }
        let ensemble = try Self.fit(features, truth, .crossFit(folds: Self.folds(24))).ensemble
        var broken = features
        broken[3, 1] = .nan
        #expect(throws: EnsembleError.notFinite(member: "binary-relevance", row: 3)) {
            try ensemble.scores(broken, workers: Workers(count: 1))
        }
        let sentence = EnsembleError.notFinite(member: "mlaram", row: 3).description
        #expect(sentence.contains("row 4") && sentence.contains("mlaram"))
    }

    @Test func `a parameter out of range is an error of the member`() {
        let (features, truth) = Samples.overlapping(rows: 12, columns: 3, labels: 1, of: Float.self)
        let bad = Member.Parameters.mlaram(MLARAM<Float>.Parameters(vigilance: 2))
        #expect(throws: FitError.parameter(name: "vigilance", expected: "a number from 0 to 1", found: "2")) {
            try Self.fit(features, truth, .crossFit(folds: Self.folds(12)), members: [bad])
        }
    }
}
