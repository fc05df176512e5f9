import LinearAlgebra

/// The pictures and targets of one training step.
struct TrainingBatch: Sendable {
    /// n × size × size gray values.
    let images: [UInt8]
    /// n × L targets, NaN for unknown labels.
    let targets: [Float]
    let count: Int
}

/// The batches of a pretraining run. A batch depends on its number alone.
struct TrainingBatches: Sendable {
    let data: PretrainingData
    let store: PictureStore
    let plan: SamplingPlan
    let batch: Int
    let labelSmoothing: Double

    var stepsPerEpoch: Int { max(1, plan.count / batch) }

    /// The number of pictures per epoch in full batches.
    var imagesPerEpoch: Int { min(plan.count, stepsPerEpoch * batch) }

    /// Returns the batch of one step.
    ///
    /// - Parameter number: the step's number over all epochs, from 0.
    func make(_ number: Int) -> TrainingBatch {
        let (epoch, step) = number.quotientAndRemainder(dividingBy: stepsPerEpoch)
        let rows = Array(
            plan.rows(ofEpoch: epoch)[step * batch ..< min((step + 1) * batch, imagesPerEpoch)])
        let area = store.preprocessing.size * store.preprocessing.size
        let images = [UInt8](unsafeUninitializedCapacity: rows.count * area) { out, count in
            for (place, row) in rows.enumerated() {
                store.augmented(
                    row, epoch: epoch, place: step * batch + place, into: out.baseAddress! + place * area)
            }
            count = rows.count * area
        }
        return TrainingBatch(images: images, targets: rows.flatMap(targets), count: rows.count)
    }

    /// Returns the L smoothed targets of a picture.
    private func targets(_ row: Int) -> [Float] {
        (0 ..< data.truth.columns).map { label in
            guard data.known[row, label] else { return .nan }
            return Float((data.truth[row, label] ? 1 : 0) * (1 - labelSmoothing) + labelSmoothing / 2)
        }
    }
}
