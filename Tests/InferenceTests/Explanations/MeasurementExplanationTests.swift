import Classifiers
import DiagnosticFeatures
import Foundation
import LinearAlgebra
import Testing

@testable import Inference

@Suite struct MeasurementExplanationTests {
    /// Two measurements of one group, one of another.
    private let names = ["qrsAxisSine", "qrsAxisCosine", "qrsDuration"]
    private let one = Workers(count: 1)

    private func identity(_ labels: Int) -> LabelCalibration {
        LabelCalibration(calibrators: Array(repeating: .platt(.init(slope: -1, offset: 0)), count: labels))
    }

    private func linear(_ weights: [Double], intercept: Double) -> Member {
        .binaryRelevance(
            BinaryRelevance(
                decisionFunction: .linear(.init(weights: Matrix([weights]), intercepts: [intercept]))))
    }

    private func ensemble(
        _ members: [Member], _ calibrations: [LabelCalibration]? = nil, weights: [Double],
        preparation: FeaturePreparation? = nil
    ) -> Ensemble {
        Ensemble(
            preparation: preparation
                ?? FeaturePreparation(
                    means: [0, 0, 100], standardizer: Standardizer(mean: [0, 0, 100], scale: [1, 1, 20])),
            members: members,
            calibration: EnsembleCalibration(
                vote: .soft, calibrations: calibrations ?? members.map { _ in identity(1) }, weights: weights,
                thresholds: [0.5], memberThresholds: members.map { _ in [0.5] }))
    }

    /// The log odds are 2 · 0.6 + 1 · 0.8 + 0.5 · (140 − 100) / 20 − 1 = 2.
    @Test func `effects on a linear classifier are its terms`() throws {
        let ensemble = ensemble([linear([2, 1, 0.5], intercept: -1)], weights: [1])
        let explanation = MeasurementExplanation(of: ensemble, measurements: names)
        #expect(explanation.groups.map(\.name) == ["qrsDuration", "qrsAxis"])
        let effects = try explanation.effects(of: [0.6, 0.8, 140])
        #expect(abs(effects[0, 0] - 1) < 1e-5)
        #expect(abs(effects[1, 0] - 2) < 1e-5)
        let score = try ensemble.scores(Matrix([[0.6, 0.8, 140]]), workers: one).scores[0, 0]
        #expect(abs(log(score / (1 - score)) - (effects[0, 0] + effects[1, 0] - 1)) < 1e-5)
    }

    /// The duration adds 0.5 · (140 − 100) / 20 = 1, both features of the network together 2 · 0.6 + 1 · 0.8 = 2.
    @Test func `features of a network are one line of the answer, after the measurements`() throws {
        let preparation = FeaturePreparation(
            means: [100, 0, 0], standardizer: Standardizer(mean: [100, 0, 0], scale: [20, 1, 1]))
        let ensemble = ensemble([linear([0.5, 2, 1], intercept: -1)], weights: [1], preparation: preparation)
        let explanation = MeasurementExplanation(of: ensemble, measurements: ["qrsDuration"])
        #expect(explanation.groups.map(\.name) == ["qrsDuration", "usualBeats"])
        let effects = try explanation.effects(of: [140, 0.6, 0.8])
        #expect(abs(effects[0, 0] - 1) < 1e-5)
        #expect(abs(effects[1, 0] - 2) < 1e-5)
        let evidence = try explanation.evidence(for: [0], measurements: [140, 0.6, 0.8], sex: nil)[0]
        #expect(evidence.map(\.name) == ["usualBeats", "qrsDuration"])
        #expect(abs(evidence[0].share - 2.0 / 3) < 1e-5 && evidence[0].value == nil)
        // Without a usual beat, the network has no effect.
        let without = try explanation.evidence(for: [0], measurements: [140, .nan, .nan], sex: nil)[0]
        #expect(without.map(\.name) == ["qrsDuration"] && without[0].share == 1)
        let alone = MeasurementExplanation(of: ensemble, measurements: [])
        #expect(alone.groups.map(\.name) == ["usualBeats"])
        #expect(abs(try alone.effects(of: [140, 0.6, 0.8])[0, 0] - 3) < 1e-5)
    }

    @Test func `the weights of the vote and the slopes of the calibration count`() throws {
        let members = [
            linear([0, 0, 1], intercept: 0), linear([0, 0, 3], intercept: 0), linear([9, 9, 9], intercept: 0),
        ]
        let half = LabelCalibration(calibrators: [.platt(.init(slope: -0.5, offset: 2))])
        let explanation = MeasurementExplanation(
            of: ensemble(members, [identity(1), half, identity(1)], weights: [0.25, 0.75, 0]), measurements: names)
        let effects = try explanation.effects(of: [0, 0, 120])
        #expect(abs(effects[0, 0] - (0.25 * 1 + 0.75 * 0.5 * 3)) < 1e-5)
        #expect(effects[1, 0] == 0)
    }

    @Test func `a missing measurement has no effect and no evidence`() throws {
        let explanation = MeasurementExplanation(
            of: ensemble([linear([2, 1, 0.5], intercept: -1)], weights: [1]), measurements: names)
        #expect(try explanation.effects(of: [.nan, .nan, 140])[1, 0] == 0)
        let evidence = try explanation.evidence(for: [0], measurements: [.nan, .nan, 140], sex: nil)
        #expect(evidence.map { $0.map(\.name) } == [["qrsDuration"]])
        #expect(evidence[0][0].share == 1)
        #expect(try explanation.evidence(for: [], measurements: [0, 0, 0], sex: nil).isEmpty)
    }

    /// Values, labels and folds of 120 rows in which the first label follows from the QRS duration.
    private func samples() -> (features: Matrix<Float>, truth: LabelMatrix, folds: [Int]) {
        var generator = SeededGenerator(seed: 4)
        var (values, labels): ([Float], [UInt8]) = ([], [])
        for row in 0 ..< 120 {
            let angle = 6 * generator.uniform()
            let label: UInt8 = row % 2 == 0 ? 1 : 0
            values += [
                Float(sin(angle)), Float(cos(angle)), Float(90 + 50 * Double(label) + 10 * generator.normal()),
            ]
            labels.append(label)
        }
        return (
            Matrix(rows: 120, columns: 3, values: values), LabelMatrix(rows: 120, columns: 1, values: labels),
            (0 ..< 120).map { $0 % 3 }
        )
    }

    @Test func `effects on other classifiers are those of the replaced measurements`() throws {
        let (features, truth, folds) = samples()
        let ensemble = try Ensemble.fit(
            features: features, truth: truth, preparation: .init(codesSteps: true, missing: .mean),
            members: [.multiLabelSVM(.init()), .mlaram(.init())], calibrationSet: .crossFit(folds: folds),
            parameters: .init(weighting: .equal), seed: 1, workers: one
        ).ensemble
        let explanation = MeasurementExplanation(of: ensemble, measurements: names)
        let row: [Float] = [0.6, 0.8, 150]
        let typical = ensemble.preparation.typicalValues.map(Float.init)
        let logOdds = { (row: [Float], member: Int) throws -> Double in
            let score = min(
                max(try ensemble.scores(Matrix([row]), workers: one).memberScores[member][0, 0], 0.001), 0.999)
            return log(score / (1 - score))
        }
        let replaced: [[Float]] = [[0.6, 0.8, typical[2]], [typical[0], typical[1], 150]]
        let effects = try explanation.effects(of: row)
        for group in 0 ..< 2 {
            let expected = try (0 ..< 2).map { try logOdds(row, $0) - logOdds(replaced[group], $0) }
            #expect(abs(effects[group, 0] - (expected[0] + expected[1]) / 2) < 1e-4)
        }
        #expect(effects[0, 0] > 3 * abs(effects[1, 0]))
        let evidence = try explanation.evidence(for: [0], measurements: row, sex: nil)
        #expect(evidence[0][0].text == "QRS duration: 150 ms, above the limit of 110 ms (AHA/ACCF/HRS 2009).")
    }

    @Test func `the usual range is that of six eighths of the training rows`() throws {
        let training = Matrix<Float>((0 ... 8).map { [0, 0, Float($0)] })
        let preparation = FeaturePreparation(fitting: training, settings: .init(codesSteps: true, missing: .mean))
        let member = linear(Array(repeating: 1, count: preparation.outputCount), intercept: 0)
        let explanation = MeasurementExplanation(
            of: ensemble([member], weights: [1], preparation: preparation), measurements: names)
        #expect(explanation.usualRange(of: 0) == 1 ... 7)
        #expect(explanation.usualRange(of: 1) == nil)
        #expect(preparation.typicalValues == [0, 0, 4])
    }
}
