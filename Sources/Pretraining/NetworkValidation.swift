import ClassificationMetrics
import Foundation
import LinearAlgebra
import NeuralNetwork

/// Scores validation pictures with the network as it will be used: the fast inference, and the head on its features.
struct NetworkValidation: Sendable {
    let data: PretrainingData
    let store: PictureStore
    let rows: [Int]

    /// - Parameter isAugmented: the pictures are changed, in the same way in every epoch.
    /// - Returns: nil without pictures.
    func scores(of network: TrainableNetwork, isAugmented: Bool, workers: Workers) -> EpochRecord.Scores? {
        guard !rows.isEmpty else { return nil }
        return scores(logits: logits(of: network, isAugmented: isAugmented, workers: workers))
    }

    private static let piece = 16

    /// n × L.
    private func logits(of network: TrainableNetwork, isAugmented: Bool, workers: Workers) -> Matrix<Double> {
        let size = store.preprocessing.size
        let inference = MobileNetV2(network.weights, inputSize: size)
        let (width, labels) = (inference.featureCount, data.truth.columns)
        let (kernel, bias) = (network.headKernel, network.headBias)
        let pieces = stride(from: 0, to: rows.count, by: Self.piece).map { $0 ..< min($0 + Self.piece, rows.count) }
        let arenas = (0 ..< min(workers.count, pieces.count)).map { _ in inference.makeArena() }
        // No piece throws.
        let parts = try? workers.map(pieces.count) { piece, worker -> [Double] in
            let range = pieces[piece]
            var images = [UInt8](repeating: 255, count: range.count * size * size)
            images.withUnsafeMutableBufferPointer { images in
                for (place, number) in range.enumerated() {
                    let out = images.baseAddress! + place * size * size
                    if isAugmented {
                        store.augmented(rows[number], epoch: -1, place: number, into: out)
                    } else {
                        store.plain(rows[number], into: out)
                    }
                }
            }
            var features = [Float](repeating: 0, count: range.count * width)
            images.withUnsafeBufferPointer { images in
                features.withUnsafeMutableBufferPointer { features in
                    inference.features(of: images, into: features, arena: arenas[worker])
                }
            }
            var logits: [Double] = []
            for place in range.indices {
                let row = (place - range.lowerBound) * width
                for label in 0 ..< labels {
                    var sum = Double(bias[label])
                    for feature in 0 ..< width {
                        sum += Double(features[row + feature]) * Double(kernel[feature * labels + label])
                    }
                    logits.append(sum)
                }
            }
            return logits
        }
        return Matrix(rows: rows.count, columns: labels, values: (parts ?? []).flatMap { $0 })
    }

    /// Labels that a picture's data set does not have are left out: of its loss, of what may be its highest score, and
    /// of the curves.
    func scores(logits: Matrix<Double>) -> EpochRecord.Scores {
        let truth = data.truth.selecting(rows: rows)
        let known = data.known.selecting(rows: rows)
        var (loss, terms, right) = (0.0, 0, 0)
        var decision = LabelMatrix(rows: truth.rows, columns: truth.columns)
        for row in 0 ..< truth.rows {
            var top: Int?
            for label in 0 ..< truth.columns where known[row, label] {
                let logit = logits[row, label]
                loss += max(truth[row, label] ? -logit : logit, 0) + log1p(exp(-abs(logit)))
                terms += 1
                if top.map({ logit > logits[row, $0] }) ?? true { top = label }
            }
            guard let top else { continue }
            decision[row, top] = true
            if truth[row, top] { right += 1 }
        }
        let present = truth.support.indices.filter { truth.support[$0] > 0 }
        let f1 = present.map { label -> Double in
            var (hits, either) = (0, 0)
            for row in 0 ..< truth.rows {
                hits += truth[row, label] && decision[row, label] ? 1 : 0
                either += (truth[row, label] ? 1 : 0) + (decision[row, label] ? 1 : 0)
            }
            return 2 * Double(hits) / Double(either)
        }
        return EpochRecord.Scores(
            loss: loss / Double(max(terms, 1)), top1Accuracy: Double(right) / Double(truth.rows),
            top1F1: f1.reduce(0, +) / Double(max(f1.count, 1)),
            areaUnderROC: areaUnderROC(logits, truth, known))
    }

    /// The mean over the labels that have pictures for and against them.
    private func areaUnderROC(_ logits: Matrix<Double>, _ truth: LabelMatrix, _ known: LabelMatrix) -> Double? {
        let areas = (0 ..< truth.columns).compactMap { label -> Double? in
            let about = (0 ..< truth.rows).filter { known[$0, label] }
            let column = LabelMatrix(rows: about.count, columns: 1, values: about.map { truth[$0, label] ? 1 : 0 })
            let values = Matrix<Double>(rows: about.count, columns: 1, values: about.map { logits[$0, label] })
            return about.isEmpty ? nil : rocAUCPerLabel(truth: column, scores: values)[0]
        }
        return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
    }
}
