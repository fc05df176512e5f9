import ClassificationMetrics
import Distribution
import Foundation
import LinearAlgebra
import NeuralNetwork

/// Scores validation pictures with the inference path that `train` uses, and the head on its features.
struct NetworkValidation: Sendable {
    let data: PretrainingData
    let store: PictureStore
    let rows: [Int]
    /// The ranks that divide the pictures.
    var ranks = Ranks.alone

    /// Scores all validation pictures.
    ///
    /// - Parameter isAugmented: whether pictures are augmented. The augmentation is the same in every epoch.
    /// - Returns: nil if there are no validation pictures.
    func scores(of network: TrainableNetwork, isAugmented: Bool, workers: Workers) -> EpochRecord.Scores? {
        guard !rows.isEmpty else { return nil }
        return scores(logits: logits(of: network, isAugmented: isAugmented, workers: workers))
    }

    /// The number of pictures per call of the network.
    private static let batchSize = 16

    /// Returns n × L logits.
    private func logits(of network: TrainableNetwork, isAugmented: Bool, workers: Workers) -> Matrix<Double> {
        let size = store.preprocessing.size
        let inference = MobileNetV2(network.weights, inputSize: size)
        let (width, labels) = (inference.featureCount, data.truth.columns)
        let (kernel, bias) = (network.headKernel, network.headBias)
        let batches = stride(from: 0, to: rows.count, by: Self.batchSize).map {
            $0 ..< min($0 + Self.batchSize, rows.count)
        }
        let own = batches.count * ranks.rank / ranks.size ..< batches.count * (ranks.rank + 1) / ranks.size
        let arenas = (0 ..< min(workers.count, own.count)).map { _ in inference.makeArena() }
        // No batch throws.
        let parts = try? workers.map(own.count) { batch, worker -> [Double] in
            let range = batches[own.lowerBound + batch]
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
        let values = (parts ?? []).flatMap { $0 }
        let all = ranks.gather(values.withUnsafeBytes { Array($0) }).flatMap { part in
            part.withUnsafeBytes { part in
                stride(from: 0, to: part.count, by: 8).map { part.loadUnaligned(fromByteOffset: $0, as: Double.self) }
            }
        }
        return Matrix(rows: rows.count, columns: labels, values: all)
    }

    /// Computes the scores from n × L logits.
    ///
    /// A label that the picture's data set does not have is excluded from the picture's loss, top-1 decision and ROC
    /// curve.
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

    /// Returns the mean ROC AUC over the labels with both positive and negative pictures.
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
