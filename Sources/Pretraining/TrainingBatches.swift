import LinearAlgebra

/// What one step of training learns from.
struct TrainingBatch: Sendable {
    /// n × size × size grey values.
    let images: [UInt8]
    /// n × L, NaN where a label is not known.
    let targets: [Float]
    let count: Int
}

/// The batches of a pretraining, each known by its number.
struct TrainingBatches: Sendable {
    let data: PretrainingData
    let store: PictureStore
    let plan: SamplingPlan
    let batch: Int
    let labelSmoothing: Double

    var stepsPerEpoch: Int { max(1, plan.count / batch) }

    /// Pictures of an epoch that fill batches.
    var imagesPerEpoch: Int { min(plan.count, stepsPerEpoch * batch) }

    /// - Parameter number: of the step over all epochs.
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

    /// L targets of a picture.
    private func targets(_ row: Int) -> [Float] {
        (0 ..< data.truth.columns).map { label in
            guard data.known[row, label] else { return .nan }
            return Float((data.truth[row, label] ? 1 : 0) * (1 - labelSmoothing) + labelSmoothing / 2)
        }
    }
}
