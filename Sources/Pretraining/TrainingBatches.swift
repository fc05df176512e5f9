import LinearAlgebra

/// The pictures and targets of one training step.
struct TrainingBatch: Sendable {
    /// Size × size gray values of each own image.
    let images: [UInt8]
    /// n × L targets of the whole batch, NaN for unknown labels.
    let targets: [Float]
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

    /// The number of pictures of every batch.
    var imagesPerStep: Int { min(batch, imagesPerEpoch) }

    /// Returns the batch of one step.
    ///
    /// - Parameters:
    ///   - number: the step's number over all epochs, from 0.
    ///   - own: the images of this rank in a batch.
    func make(_ number: Int, own: Range<Int>) -> TrainingBatch {
        let (epoch, step) = number.quotientAndRemainder(dividingBy: stepsPerEpoch)
        let rows = Array(
            plan.rows(ofEpoch: epoch)[step * batch ..< min((step + 1) * batch, imagesPerEpoch)])
        let area = store.preprocessing.size * store.preprocessing.size
        let images = [UInt8](unsafeUninitializedCapacity: own.count * area) { out, count in
            for (index, place) in own.enumerated() {
                store.augmented(
                    rows[place], epoch: epoch, place: step * batch + place, into: out.baseAddress! + index * area)
            }
            count = own.count * area
        }
        return TrainingBatch(images: images, targets: rows.flatMap(targets))
    }

    /// Returns the L smoothed targets of a picture.
    private func targets(_ row: Int) -> [Float] {
        (0 ..< data.truth.columns).map { label in
            guard data.known[row, label] else { return .nan }
            return Float((data.truth[row, label] ? 1 : 0) * (1 - labelSmoothing) + labelSmoothing / 2)
        }
    }
}
