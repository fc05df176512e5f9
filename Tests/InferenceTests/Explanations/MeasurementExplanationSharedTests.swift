import Classifiers
import DiagnosticFeatures
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

/// Checks on records of PTB-XL that effects come from the labels and that what they name matters.
///
/// All records are used, only with ALL_RECORDS=1, which also prints the figures. Even records train, odd records are
/// explained.
@Suite(.enabled(if: SharedMaterial.isPresent && LabeledRecords.readsAll, "needs ../shared and ALL_RECORDS=1"))
struct MeasurementExplanationSharedTests {
    private static let conditions: [Set<String>] = [
        ["NORM"],
        ["SVARR", "AFIB", "AFLT", "PAC", "SVTAC", "PSVT"],
        ["IMI", "AMI", "ASMI", "ILMI", "ALMI", "LMI", "IPMI", "IPLMI", "PMI", "INJAS", "INJAL", "INJIN", "INJLA"],
        ["LVH", "RVH", "SEHYP", "LAO/LAE", "RAO/RAE"],
        ["CLBBB", "CRBBB", "ILBBB", "IRBBB", "IVCD", "LAFB", "LPFB", "1AVB", "WPW"],
    ]
    private static let names = MeasurementExtractor.allNames
    private let one = Workers(count: 1)

    /// The measurements and labels of one half.
    private struct Half {
        let features: Matrix<Float>
        let truth: LabelMatrix
        var folds: [Int] { (0 ..< truth.rows).map { $0 % 3 } }
    }

    private func halves() throws -> (training: Half, other: Half) {
        let codes = try LabeledRecords.ptbxlCodes()
        let paths = try LabeledRecords.paths("ptbxl-100hz/records100/00000")
        let measured = try Workers.all.map(paths.count) { index, _ in try MeasuredRecording(contentsOf: paths[index]) }
        let features = try MeasurementExtractor(names: Self.names, cacheFolder: nil).features(of: measured)
        let truth = try paths.map { path in
            let number = try #require(Int(path.split(separator: "/").last!.prefix(5)))
            let own = try #require(codes[number])
            return Self.conditions.map { $0.isDisjoint(with: own) ? UInt8(0) : 1 }
        }
        let half = { (rest: Int) in
            let rows = paths.indices.filter { $0 % 2 == rest }
            return Half(
                features: features.selecting(rows: rows), truth: LabelMatrix(rows.map { truth[$0] }))
        }
        return (half(0), half(1))
    }

    private func ensemble(_ half: Half, truth: LabelMatrix? = nil) throws -> Ensemble {
        try Ensemble.fit(
            features: half.features, truth: truth ?? half.truth,
            preparation: .init(codesSteps: true, missing: .mean),
            members: [
                .binaryRelevance(.init(c: 0.002)), .mlaram(.init(vigilance: 0.5, threshold: 0.2, voters: 10)),
                .multiLabelSVM(.init(c: 1, gamma: .value(0.00043))),
            ], calibrationSet: .crossFit(folds: half.folds), parameters: .init(weighting: .equal), seed: 1,
            workers: .all
        ).ensemble
    }

    private func shuffled(_ truth: LabelMatrix, seed: UInt64) -> LabelMatrix {
        var generator = SeededGenerator(seed: seed, purpose: "shuffled labels")
        return truth.selecting(rows: generator.shuffled(Array(0 ..< truth.rows)))
    }

    /// The mean rank correlation of the effects of two models on the decided labels of one of them.
    private func agreement(_ model: Ensemble, _ other: Ensemble, on half: Half) throws -> Double {
        let (own, others) = (
            MeasurementExplanation(of: model, measurements: Self.names),
            MeasurementExplanation(of: other, measurements: Self.names)
        )
        let decision = try model.scores(half.features, workers: .all).decision
        let all = try Workers.all.map(half.truth.rows) { row, _ -> [Double] in
            let labels = (0 ..< Self.conditions.count).filter { decision[row, $0] }
            guard !labels.isEmpty else { return [] }
            let measurements = Array(half.features.row(row))
            let effects = try own.effects(of: measurements)
            let otherEffects = try others.effects(of: measurements)
            return labels.compactMap {
                RankCorrelation.spearman(effects.column($0), otherEffects.column($0))
            }
        }.joined()
        return all.reduce(0, +) / Double(all.count)
    }

    @Test func `effects of models of shuffled labels do not agree with those of the real one`() throws {
        let (training, other) = try halves()
        let real = try ensemble(training)
        let random = try (0 ..< 3).map { seed in
            try agreement(
                real, ensemble(training, truth: shuffled(training.truth, seed: UInt64(seed))), on: other)
        }
        // A second model of real labels, of the other records.
        let same = try agreement(real, ensemble(other), on: other)
        if LabeledRecords.readsAll { print("rank correlation: shuffled labels \(random), other records \(same)") }
        for value in random { #expect(abs(value) < 0.2) }
        #expect(same > 0.3)
    }

    @Test func `without the named measurements the score falls more than without random ones`() throws {
        let (training, other) = try halves()
        let model = try ensemble(training)
        let explanation = MeasurementExplanation(of: model, measurements: Self.names)
        let scores = try model.scores(other.features, workers: .all)
        var (whole, named, random, count) = (0.0, 0.0, 0.0, 0.0)
        var generator = SeededGenerator(seed: 7, purpose: "random measurements")
        for row in 0 ..< other.truth.rows {
            let measurements = Array(other.features.row(row))
            for label in 0 ..< Self.conditions.count where scores.decision[row, label] {
                let evidence = try explanation.evidence(
                    for: [label], measurements: measurements, sex: nil)[0].prefix(3).map(\.name)
                let rest = explanation.groups.filter {
                    !evidence.contains($0.name) && explanation.value($0, in: measurements) != nil
                }.map(\.name)
                let choices = [evidence] + (0 ..< 5).map { _ in Array(generator.shuffled(rest).prefix(3)) }
                let without = try model.scores(
                    Matrix(choices.map { explanation.removing($0, from: measurements) }), workers: one
                ).scores.column(label)
                whole += scores.scores[row, label]
                named += without[0]
                random += without.dropFirst().reduce(0, +) / 5
                count += 1
            }
        }
        if LabeledRecords.readsAll {
            print("\(count) answers: score \(whole / count), without named \(named / count), random \(random / count)")
        }
        #expect(count > 20)
        #expect(whole - named > 2 * (whole - random))
    }
}

extension MeasurementExplanation {
    fileprivate func value(_ group: MeasurementGroup, in measurements: [Float]) -> Double? {
        groups.firstIndex { $0.name == group.name }.flatMap { value(of: $0, in: measurements) }
    }

    /// The measurements without those of some groups.
    fileprivate func removing(_ names: [String], from measurements: [Float]) -> [Float] {
        let members = Set(groups.filter { names.contains($0.name) }.flatMap(\.members))
        return zip(MeasurementExtractor.allNames, measurements).map { members.contains($0) ? .nan : $1 }
    }
}
