import Datasets

/// Finds duplicate pictures of a dataset: identical ones by decoded pixels, nearly identical ones by signature.
struct DuplicatePictures {
    let duplicates: DatasetAudit.DuplicateSets
    let nearDuplicates: DatasetAudit.DuplicateSets

    /// - Parameter readings: One per sample.
    init(readings: [PictureReading], dataset: Dataset) {
        let truth = dataset.truth
        let split = Split(parts: dataset.samples.map(\.part))
        func paths(_ sets: [[Int]]) -> [[String]] { sets.map { $0.map { dataset.samples[$0].path } } }
        let exact = Duplicates(digests: readings.map(\.pixels))
        duplicates = DatasetAudit.DuplicateSets(
            sets: paths(exact.sets), acrossParts: paths(exact.crossing(split)),
            acrossLabels: paths(exact.conflicting(truth)))

        // Compare one picture per duplicate set: a thousand copies would add half a million redundant pairs.
        var signatures = readings.map(\.signature)
        for set in exact.sets {
            for row in set.dropFirst() { signatures[row] = nil }
        }
        let near = NearDuplicates(signatures)
        func pairs(_ pairs: [NearDuplicates.Pair]) -> [[String]] { paths(pairs.map { [$0.first, $0.second] }) }
        nearDuplicates = DatasetAudit.DuplicateSets(
            sets: pairs(near.pairs), acrossParts: pairs(near.crossing(split)),
            acrossLabels: pairs(near.conflicting(truth)))
    }
}
