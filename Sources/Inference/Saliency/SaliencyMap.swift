/// The dependence of a label's score on each cell of a picture.
package struct SaliencyMap: Equatable, Sendable {
    /// The mean drop of the score over the windows that cover each cell; negative if covering raises it.
    ///
    /// Cells × cells (`OccludedPicture.cells`), row by row from the top.
    let values: [Double]
    /// The window with the largest drop; nil for a picture without windows.
    let strongest: (window: OccludedPicture.Window, drop: Double)?

    /// - Parameter drops: The score of the whole picture minus the score with each window of `picture` covered. Windows
    ///   without ink have a drop of 0.
    init(of picture: OccludedPicture, drops: [Double]) {
        precondition(drops.count == picture.windows.count, "\(drops.count) drops, \(picture.windows.count) windows")
        let cells = OccludedPicture.cells
        var sums = [Double](repeating: 0, count: cells * cells)
        for (window, drop) in zip(picture.windows, drops) {
            for cell in window.cellIndices { sums[cell] += drop }
        }
        values = sums.indices.map { cell in
            let (row, column) = cell.quotientAndRemainder(dividingBy: cells)
            return sums[cell] / Double(Self.windowsOver(row) * Self.windowsOver(column))
        }
        // The first of equal values, so that the map does not depend on the distribution of the work.
        strongest = drops.indices.max { (drops[$0], $1) < (drops[$1], $0) }.map { (picture.windows[$0], drops[$0]) }
    }

    /// Returns the number of windows over a row or column of cells: one at the borders, else two.
    private static func windowsOver(_ index: Int) -> Int { index == 0 || index == OccludedPicture.cells - 1 ? 1 : 2 }

    /// Returns the value at a position, interpolated between the centers of cells.
    ///
    /// - Parameters:
    ///   - x: The share of the width, 0…1. Beyond the outermost centers the value is constant.
    ///   - y: The share of the height.
    package func value(x: Double, y: Double) -> Double {
        let cells = OccludedPicture.cells
        func between(_ share: Double) -> (Int, Int, Double) {
            let place = min(max(share * Double(cells) - 0.5, 0), Double(cells - 1))
            return (Int(place), min(Int(place) + 1, cells - 1), place - Double(Int(place)))
        }
        let (left, right, across) = between(x)
        let (top, bottom, down) = between(y)
        let above = values[top * cells + left] * (1 - across) + values[top * cells + right] * across
        let below = values[bottom * cells + left] * (1 - across) + values[bottom * cells + right] * across
        return above * (1 - down) + below * down
    }

    /// Returns Spearman's rank correlation with another map over the chosen cells; nil if either is constant there.
    func rankCorrelation(with other: SaliencyMap, over cells: [Bool]) -> Double? {
        let kept = cells.indices.filter { cells[$0] }
        return RankCorrelation.spearman(kept.map { values[$0] }, kept.map { other.values[$0] })
    }

    package static func == (one: SaliencyMap, other: SaliencyMap) -> Bool {
        one.values == other.values && one.strongest?.window == other.strongest?.window
            && one.strongest?.drop == other.strongest?.drop
    }
}
