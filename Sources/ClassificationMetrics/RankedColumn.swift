import LinearAlgebra

/// The samples of one label in descending order of scores, for areas, curves and calibration.
///
/// They are sorted once. Bootstrap replicates use the same order and change only the multiplicity of each row.
struct RankedColumn: Sendable {
    /// The row of each rank. Equal scores stay in row order.
    let rows: [Int32]
    /// The score of each rank, descending.
    let scores: [Double]
    /// The truth of each rank, 0 or 1.
    let truth: [UInt8]
    /// The end (exclusive) of each run of equal scores.
    let runEnds: [Int]

    /// - Parameters:
    ///   - truth: 0 or 1, one for each score.
    ///   - scores: finite.
    init(truth: some Collection<UInt8>, scores: some Collection<Double>) {
        precondition(truth.count == scores.count, "\(truth.count) truths and \(scores.count) scores")
        let truth = Array(truth)
        let scores = Array(scores)
        precondition(scores.allSatisfy { $0.isFinite }, "a score is not finite")
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        rows = order.map(Int32.init)
        self.truth = order.map { truth[$0] }
        let sorted = order.map { scores[$0] }
        self.scores = sorted
        runEnds = sorted.indices.filter { $0 + 1 == sorted.count || sorted[$0] != sorted[$0 + 1] }.map { $0 + 1 }
    }

    /// Calls `body` for each run of equal scores, the highest first, with its numbers of positives and negatives.
    ///
    /// - Parameter counts: the multiplicity of each row; nil for one each.
    @inline(__always)
    func forEachRun(_ counts: [Int32]?, _ body: (_ score: Double, _ positives: Int, _ negatives: Int) -> Void) {
        var start = 0
        for end in runEnds {
            var positives = 0
            var all = 0
            if let counts {
                for rank in start ..< end {
                    let times = Int(counts[Int(rows[rank])])
                    all += times
                    positives += times * Int(truth[rank])
                }
            } else {
                all = end - start
                for rank in start ..< end { positives += Int(truth[rank]) }
            }
            if all > 0 { body(scores[start], positives, all - positives) }
            start = end
        }
    }
}
