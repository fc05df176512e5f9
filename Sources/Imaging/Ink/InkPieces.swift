/// The 8-connected pieces of ink, found by union–find over runs and numbered row by row from the top.
struct InkPieces {
    /// The number of pixels of each piece.
    let sizes: [Int]

    init(of ink: InkRuns) {
        var forest = Forest(count: ink.runs.count)
        for row in 1 ..< max(1, ink.rowCount) {
            let (above, here) = (ink.ofRow(row - 1), ink.ofRow(row))
            var first = above.startIndex
            for run in here.indices {
                // Runs touch if they overlap or are diagonal neighbors.
                while first < above.endIndex, above[first].upperBound < here[run].lowerBound { first += 1 }
                var touching = first
                while touching < above.endIndex, above[touching].lowerBound <= here[run].upperBound {
                    forest.join(touching, run)
                    touching += 1
                }
            }
        }
        var pixels = [Int](repeating: 0, count: ink.runs.count)
        for run in ink.runs.indices { pixels[forest.root(run)] += ink.runs[run].count }
        sizes = pixels.filter { $0 > 0 }
    }

    private struct Forest {
        private var parent: [Int]

        init(count: Int) { parent = Array(0 ..< count) }

        mutating func root(_ number: Int) -> Int {
            var number = number
            while parent[number] != number {
                parent[number] = parent[parent[number]]
                number = parent[number]
            }
            return number
        }

        mutating func join(_ a: Int, _ b: Int) {
            let (first, second) = (root(a), root(b))
            if first < second { parent[second] = first } else { parent[first] = second }
        }
    }
}
