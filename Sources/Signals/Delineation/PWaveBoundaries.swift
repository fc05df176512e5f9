/// Places the onset and the end of a P wave whose peak is known.
enum PWaveBoundaries {
    /// Points, 80 and 56 ms, from the steepest point of a flank to the reference point beyond its foot; after the wave
    /// the PR segment may be short.
    private static let reachBefore = 40
    private static let reachAfter = 28
    /// Points, 90 ms, from the peak to the steepest point of a flank.
    private static let flank = 45
    /// Points, 36 ms, by which the peaks of the leads differ.
    private static let slack = 18

    /// Returns nil where the lead has no signal around the peak.
    ///
    /// - Parameters:
    ///   - row: one lead of the median beat, smoothed.
    ///   - bump: the same lead, filtered by `PWaveFilter`.
    ///   - peak: the peak of the wave over all leads.
    ///   - onset: the QRS onset.
    static func wave(
        in row: UnsafeBufferPointer<Float>, bump: UnsafeBufferPointer<Float>, near peak: Int, before onset: Int
    ) -> GridWave? {
        let last = min(onset - 8, peak + slack)
        guard peak >= slack + 3, last >= peak else { return nil }
        var top = peak
        for point in peak - slack ... last where abs(bump[point]) > abs(bump[top]) { top = point }
        guard abs(bump[top]) > 0 else { return nil }
        let range = max(2, top - 75) ... min(onset - 1, top + 75)
        guard range.allSatisfy({ row[$0] == row[$0] }) else { return nil }
        let isUpright = bump[top] > 0
        let value = { (point: Int) in row[point] }
        let left = TWaveFinder.steepest(
            row, from: top, to: max(range.lowerBound + 2, top - flank), falling: isUpright)
        let right = TWaveFinder.steepest(
            row, from: top, to: min(range.upperBound - 2, top + flank), falling: isUpright)
        return GridWave(
            onset: TrapeziumBoundary.corner(
                from: left, to: max(range.lowerBound, left - reachBefore), falling: isUpright, value: value),
            peak: top,
            end: TrapeziumBoundary.corner(
                from: right, to: min(range.upperBound, right + reachAfter), falling: isUpright, value: value))
    }
}
