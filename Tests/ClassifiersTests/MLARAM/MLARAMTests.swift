import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

@Suite struct MLARAMTests {
    @Test func `a row with a new combination becomes a prototype`() throws {
        let model = try MLARAM<Double>.fit(
            features: Matrix([[0, 0], [0.1, 0], [0, 0.05], [1, 1]]),
            truth: LabelMatrix([[1, 0], [1, 0], [0, 1], [0, 1]]))
        // Rows 0 and 1 fit into one box of size 1.9 > 0.9 · 2; rows 2 and 3 do not.
        #expect(model.voters[0].lower == Matrix([[0, 0], [0, 0.05], [1, 1]]))
        #expect(model.voters[0].upper == Matrix([[0.1, 0], [0, 0.05], [1, 1]]))
        #expect(model.voters[0].labels == LabelMatrix([[1, 0], [0, 1], [0, 1]]))
        #expect(model.voters[0].rowCounts == [2, 1, 1])
    }

    @Test func `only nearly maximal prototypes vote`() throws {
        let model = try MLARAM<Double>.fit(
            features: Matrix([[0, 0], [1, 1]]), truth: LabelMatrix([[1, 0], [0, 1]]))
        #expect(model.scores(Matrix([[0.1, 0.1], [1, 0.8]])) == Matrix([[1, 0], [0, 1]]))
        #expect(model.decisions(Matrix([[0.1, 0.1], [1, 0.8]])) == LabelMatrix([[1, 0], [0, 1]]))
    }

    @Test func `values outside of the training range are clipped`() throws {
        let model = try MLARAM<Double>.fit(
            features: Matrix([[10, -3], [20, 5]]), truth: LabelMatrix([[1, 0], [0, 1]]))
        #expect(model.scores(Matrix([[-99, -99]])) == model.scores(Matrix([[10, -3]])))
        #expect(model.scores(Matrix([[99, 99]])) == model.scores(Matrix([[20, 5]])))
    }

    @Test func `scores do not depend on other samples`() throws {
        let (features, truth) = Samples.overlapping(rows: 60, columns: 8, labels: 3, of: Float.self)
        let model = try MLARAM.fit(features: features, truth: truth)
        let together = model.scores(features)
        for row in 0 ..< 60 {
            #expect(Array(model.scores(features.selecting(rows: [row])).values) == Array(together.row(row)))
        }
    }

    @Test(arguments: [0.0, 0.02, 0.5], [0.6, 0.9])
    func `the search with bounds equals a plain loop over all prototypes`(
        threshold: Double, vigilance: Double
    ) throws {
        // Values are multiples of 2⁻¹⁰, so every sum is exact in any order and precision.
        let (features, truth) = Samples.dyadic(rows: 120, columns: 70, labels: 2, of: Float.self)
        let parameters = MLARAM<Float>.Parameters(vigilance: vigilance, threshold: threshold)
        let model = try MLARAM.fit(features: features, truth: truth, parameters: parameters)
        let plain = PlainMLARAM(features.converted(), truth, vigilance)
        #expect(model.voters[0].lower.converted() == plain.lower)
        #expect(model.voters[0].upper.converted() == plain.upper)
        #expect(model.voters[0].rowCounts == plain.rowCounts)
        #expect(model.voters[0].labels == plain.labels)
        #expect(plain.rowCounts.contains { $0 > 1 })

        let asked = Samples.dyadic(rows: 40, columns: 70, labels: 2, seed: 2, of: Float.self).features
        #expect(model.scores(asked) == plain.scores(asked.converted(), threshold))
    }

    @Test(
        .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"],
        [("v80_t2", 0.8, 0.02), ("v90_t2", 0.9, 0.02), ("v95_t5", 0.95, 0.05)])
    func `prototypes, ranks and decisions equal those of scikit-multilearn`(
        set: String, setting: (name: String, vigilance: Double, threshold: Double)
    ) throws {
        let features = try SharedMaterial.oracleMatrix("\(set)_X")
        let test = try SharedMaterial.oracleMatrix("\(set)_Xt")
        let truth = try SharedMaterial.oracleLabels("\(set)_Y")
        let greatest = max(features.values.max()!, test.values.max()!)
        for kind in ["raw", "unit"] {
            func prepared(_ matrix: Matrix<Double>) -> Matrix<Double> {
                guard kind == "unit" else { return matrix }
                return Matrix(rows: matrix.rows, columns: matrix.columns, values: matrix.values.map { $0 / greatest })
            }
            let name = "\(set)_aram_\(kind)_\(setting.name)"
            let model = try MLARAM.fit(
                features: prepared(features), truth: truth,
                parameters: .init(vigilance: setting.vigilance, threshold: setting.threshold, scaling: .batch))

            if name != "B_aram_\(kind)_v95_t5" {
                let expected = try SharedMaterial.oracleMatrix("\(name)_W")
                let coded = (0 ..< model.prototypeCount).map {
                    Array(model.voters[0].lower.row($0)) + model.voters[0].upper.row($0).map { 1 - $0 }
                }
                #expect(Matrix(coded) == expected)
            }
            let counts = try SharedMaterial.oracleIntegers("\(name)_labelcounts")
            let found = model.voters[0].rowCounts.indices.flatMap { prototype in
                model.voters[0].labels.row(prototype).map { Int($0) * model.voters[0].rowCounts[prototype] }
            }
            #expect(found == counts.values)

            let ranks = try SharedMaterial.oracleMatrix("\(name)_rank")
            let decisions = try SharedMaterial.oracleLabels("\(name)_pred")
            let scores = model.scores(prepared(test))
            let decided = model.decisions(prepared(test))
            let ties = try tieRows("\(name)_rank.f64")
            for row in 0 ..< scores.rows where !ties.contains(row) {
                #expect(zip(scores.row(row), ranks.row(row)).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
                #expect(decided.row(row).elementsEqual(decisions.row(row)))
            }
        }
    }

    private func tieRows(_ file: String) throws -> [Int] {
        let data = try SharedMaterial.data("oracles/multilabel/mlaram_tie_rows.json")
        return try #require(try JSONDecoder().decode([String: [Int]].self, from: data)[file])
    }

    @Test func `voters learn in different orders, and a score is their mean`() throws {
        let (features, truth) = Samples.overlapping(rows: 90, columns: 6, labels: 3, of: Float.self)
        let parameters = MLARAM<Float>.Parameters(vigilance: 0.8, voters: 3)
        let model = try MLARAM.fit(features: features, truth: truth, parameters: parameters, seed: 5)
        #expect(model.voters.count == 3)
        #expect(model.voters[0] != model.voters[1] && model.voters[1] != model.voters[2])
        for voter in model.voters { #expect(voter.rowCounts.reduce(0, +) == 90) }

        let single = try MLARAM.fit(features: features, truth: truth, parameters: .init(vigilance: 0.8), seed: 5)
        #expect(single.voters[0] == model.voters[0])
        let parts = model.voters.map {
            MLARAM(range: model.range, threshold: model.threshold, voters: [$0]).scores(features)
        }
        let means = parts[0].values.indices.map { place in
            parts.reduce(0) { $0 + $1.values[place] } / 3
        }
        #expect(model.scores(features).values == means)

        let again = try MLARAM.fit(features: features, truth: truth, parameters: parameters, seed: 5)
        let other = try MLARAM.fit(features: features, truth: truth, parameters: parameters, seed: 6)
        #expect(again == model && other.voters[0] == model.voters[0] && other.voters[1] != model.voters[1])
    }

    @Test func `a voter equals a plain loop over rows in its order`() throws {
        let (features, truth) = Samples.dyadic(rows: 80, columns: 20, labels: 2, of: Float.self)
        let order = (0 ..< 80).map { $0 * 37 % 80 }
        let found = try Prototypes(
            learning: features, truth, order: order, vigilance: 0.8, workers: Workers(count: 2))
        let plain = PlainMLARAM(
            features.selecting(rows: order).converted(), truth.selecting(rows: order), 0.8)
        #expect(found.lower.converted() == plain.lower && found.upper.converted() == plain.upper)
        #expect(found.labels == plain.labels && found.rowCounts == plain.rowCounts)
    }

    @Test(arguments: [0.05, 0.6])
    func `a search in clusters equals a search among their prototypes`(share: Double) throws {
        let (features, truth) = Samples.dyadic(rows: 600, columns: 30, labels: 2, of: Float.self)
        let whole = try MLARAM.fit(
            features: features, truth: truth, parameters: .init(vigilance: 0.98, threshold: 0.5))
        let clustered = MLARAM(
            range: whole.range, threshold: whole.threshold, clustering: share, voters: whole.voters)
        let asked = Samples.dyadic(rows: 20, columns: 30, labels: 2, seed: 3, of: Float.self).features
        let scores = clustered.scores(asked)
        let index = clustered.indices[0]
        let clusters = try #require(index.clusters)
        var scratch = [UInt32](repeating: 0, count: clusters.starts.count - 1)
        for row in 0 ..< asked.rows {
            var bytes = [UInt8](repeating: 0, count: index.bounds.width)
            index.bounds.writePoint(Array(asked.row(row)), to: &bytes)
            let near = clusters.near(bytes, width: index.bounds.width, distances: &scratch).flatMap {
                clusters.order[$0]
            }
            #expect(near.count >= max(BoxClusters.fewest, Int(share * Double(whole.prototypeCount))))
            #expect(near.count < whole.prototypeCount)
            let voter = whole.voters[0]
            let alone = MLARAM(
                range: whole.range, threshold: whole.threshold,
                voters: [
                    Prototypes(
                        lower: voter.lower.selecting(rows: near), upper: voter.upper.selecting(rows: near),
                        labels: voter.labels.selecting(rows: near), rowCounts: near.map { voter.rowCounts[$0] })
                ])
            #expect(Array(scores.row(row)) == Array(alone.scores(asked.selecting(rows: [row])).row(0)))
        }
    }

    @Test func `a search in all clusters equals a search without clusters`() throws {
        let (features, truth) = Samples.dyadic(rows: 150, columns: 30, labels: 2, of: Float.self)
        let whole = try MLARAM.fit(features: features, truth: truth)
        let clustered = MLARAM(range: whole.range, threshold: whole.threshold, clustering: 1, voters: whole.voters)
        #expect(try #require(clustered.indices[0].clusters).order.sorted() == Array(0 ..< whole.prototypeCount))
        // The same terms in another order.
        #expect(clustered.scores(features).distance(to: whole.scores(features)) <= 1e-12 * 150)
    }

    @Test func `zero scores decide no label; otherwise the first largest gap decides`() {
        let scores = Matrix<Double>([[0, 0, 0], [3, 1, 2], [5, 4, 0], [2, 2, 2]])
        #expect(
            MLARAM<Double>.decisions(ofScores: scores) == LabelMatrix([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 0, 0]]))
    }

    @Test func `a single label is decided by the majority of the active rows`() throws {
        let features = Matrix<Double>([[0, 0], [0, 0.01], [0.01, 0], [1, 1], [0, 0]])
        let model = try MLARAM.fit(
            features: features, truth: LabelMatrix([[1], [1], [1], [0], [0]]), parameters: .init(threshold: 0.5))
        #expect(model.decisions(Matrix([[0, 0], [1, 1]])) == LabelMatrix([[1], [0]]))
    }

    @Test func `parameters out of their range are rejected with their name`() {
        #expect(throws: FitError.parameter(name: "vigilance", expected: "a number from 0 to 1", found: "2")) {
            try MLARAM<Float>.Parameters(vigilance: 2).validate()
        }
        #expect(throws: FitError.self) { try MLARAM<Float>.Parameters(threshold: -0.1).validate() }
        #expect(throws: FitError.self) { try MLARAM<Float>.Parameters(voters: 0).validate() }
        #expect(
            throws: FitError.parameter(
                name: "clustering", expected: "off or a number above 0 and at most 1", found: "0")
        ) {
            try MLARAM<Float>.Parameters(clustering: 0).validate()
        }
    }
}

/// The definition in plain loops.
struct PlainMLARAM {
    var lower = Matrix<Double>(rows: 0, columns: 0)
    var upper = Matrix<Double>(rows: 0, columns: 0)
    var labels = LabelMatrix(rows: 0, columns: 0)
    var rowCounts: [Int] = []

    init(_ features: Matrix<Double>, _ truth: LabelMatrix, _ vigilance: Double) {
        var boxes: [(low: [Double], high: [Double], labels: [UInt8], count: Int)] = []
        for row in 0 ..< features.rows {
            let x = Array(features.row(row))
            var best = (index: -1, activation: -Double.infinity)
            for (index, box) in boxes.enumerated() where box.labels == Array(truth.row(row)) {
                let (size, distance) = Self.measure(box.low, box.high, x)
                guard distance < size - vigilance * Double(x.count) else { continue }
                if 1 - distance / size > best.activation { best = (index, 1 - distance / size) }
            }
            if best.index < 0 {
                boxes.append((x, x, Array(truth.row(row)), 1))
            } else {
                for column in x.indices {
                    boxes[best.index].low[column] = min(boxes[best.index].low[column], x[column])
                    boxes[best.index].high[column] = max(boxes[best.index].high[column], x[column])
                }
                boxes[best.index].count += 1
            }
        }
        lower = Matrix(boxes.map(\.low))
        upper = Matrix(boxes.map(\.high))
        labels = LabelMatrix(boxes.map(\.labels))
        rowCounts = boxes.map(\.count)
    }

    func scores(_ features: Matrix<Double>, _ threshold: Double) -> Matrix<Double> {
        var result = Matrix<Double>(rows: features.rows, columns: labels.columns)
        for row in 0 ..< features.rows {
            let activations = rowCounts.indices.map { box in
                let (size, distance) = Self.measure(
                    Array(lower.row(box)), Array(upper.row(box)), Array(features.row(row)))
                return 1 - distance / size
            }
            let most = activations.max()!
            let least = activations.min()!
            let active = rowCounts.indices.filter { (most - activations[$0]) / most <= threshold * (most - least) }
            let total = active.reduce(0) { $0 + activations[$1] }
            for label in 0 ..< labels.columns {
                let carried = active.filter { labels[$0, label] }
                result[row, label] = carried.reduce(0) { $0 + activations[$1] * Double(rowCounts[$1]) } / total
            }
        }
        return result
    }

    private static func measure(_ low: [Double], _ high: [Double], _ x: [Double]) -> (size: Double, distance: Double) {
        var size = Double(x.count)
        var distance = 0.0
        for column in x.indices {
            size -= high[column] - low[column]
            distance += max(low[column] - x[column], 0) + max(x[column] - high[column], 0)
        }
        return (size, distance)
    }
}
