/// How much a label's score depends on each place of a picture.
package struct SaliencyMap: Equatable, Sendable {
    /// Cells × cells (`OccludedPicture.cells`), row by row from the top: by how much the score falls, on average over
    /// the windows that cover the cell, when it is covered. Negative where covering lifts it.
    let values: [Double]
    /// The largest fall by one window; nil for a picture without a window.
    let strongest: (window: OccludedPicture.Window, fall: Double)?

    /// - Parameter falls: one for each window of `picture`: the score of the whole picture less that of the covered
    ///   one. Windows without ink fall by 0.
    init(of picture: OccludedPicture, falls: [Double]) {
        precondition(falls.count == picture.windows.count, "\(falls.count) falls, \(picture.windows.count) windows")
        let cells = OccludedPicture.cells
        var sums = [Double](repeating: 0, count: cells * cells)
        for (window, fall) in zip(picture.windows, falls) {
            for cell in window.cellIndices { sums[cell] += fall }
        }
        values = sums.indices.map { cell in
            let (row, column) = cell.quotientAndRemainder(dividingBy: cells)
            return sums[cell] / Double(Self.windowsOver(row) * Self.windowsOver(column))
        }
        // The first of equals: the map does not depend on how the windows were shared out.
        strongest = falls.indices.max { (falls[$0], $1) < (falls[$1], $0) }.map { (picture.windows[$0], falls[$0]) }
    }

    /// How many windows lie over a row or column of cells: one at the borders, else two.
    private static func windowsOver(_ index: Int) -> Int { index == 0 || index == OccludedPicture.cells - 1 ? 1 : 2 }

    /// The value at a place, interpolated between the centres of cells.
    ///
    /// - Parameters:
    ///   - x: share of the width, 0…1; beyond the outermost centres their values go on.
    ///   - y: share of the height.
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

    /// Spearman's rank correlation with another map over some cells; nil where either is the same in all of them.
    func rankCorrelation(with other: SaliencyMap, over cells: [Bool]) -> Double? {
        let kept = cells.indices.filter { cells[$0] }
        return RankCorrelation.of(kept.map { values[$0] }, kept.map { other.values[$0] })
    }

    package static func == (one: SaliencyMap, other: SaliencyMap) -> Bool {
        one.values == other.values && one.strongest?.window == other.strongest?.window
            && one.strongest?.fall == other.strongest?.fall
    }
}
