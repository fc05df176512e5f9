/// Follows the middle lines of a drawing from end to end.
///
/// Neighbouring pixels are joined; a way is traced from each end and fork to the next one, and what is left are rings.
/// A short way from a fork to an end, no longer than the line is wide, is a trace of the thinning and is left out.
struct StrokeTracing {
    /// Places in `middle`, one way after the other.
    private(set) var ways: [[Int]] = []

    /// Where each place's neighbours begin in `neighbours`.
    private let starts: [Int]
    private let neighbours: [Int32]

    /// - Parameters:
    ///   - middle: pixels, ascending, of a picture that is `width` wide; none in its outermost columns.
    ///   - radii: of the line at each of them, in pixels.
    init(_ middle: [Int], width: Int, radii: [Float]) {
        let pairs = Self.pairs(of: middle, width: width)
        var degree = [Int](repeating: 0, count: middle.count)
        for (a, b) in pairs {
            degree[a] += 1
            degree[b] += 1
        }
        var starts = [0]
        starts.reserveCapacity(middle.count + 1)
        for count in degree { starts.append(starts[starts.count - 1] + count) }
        var next = starts
        var neighbours = [Int32](repeating: 0, count: 2 * pairs.count)
        for (a, b) in pairs {
            neighbours[next[a]] = Int32(b)
            neighbours[next[b]] = Int32(a)
            next[a] += 1
            next[b] += 1
        }
        (self.starts, self.neighbours) = (starts, neighbours)

        var isWalked = [Bool](repeating: false, count: neighbours.count)
        for place in middle.indices where degree[place] != 2 {
            if degree[place] == 0 { ways.append([place]) }
            for slot in starts[place] ..< starts[place + 1] where !isWalked[slot] {
                let way = walk(from: place, by: slot, degree, &isWalked)
                let last = way[way.count - 1]
                let isSpur = (degree[place] == 1) != (degree[last] == 1)
                let fork = degree[place] == 1 ? last : place
                if isSpur, Float(way.count - 1) <= radii[fork] + 1 { continue }
                ways.append(way)
            }
        }
        for place in middle.indices where degree[place] == 2 {
            for slot in starts[place] ..< starts[place + 1] where !isWalked[slot] {
                ways.append(walk(from: place, by: slot, degree, &isWalked))
            }
        }
    }

    private func walk(from start: Int, by first: Int, _ degree: [Int], _ isWalked: inout [Bool]) -> [Int] {
        var way = [start]
        var (here, slot) = (start, first)
        while true {
            isWalked[slot] = true
            let next = Int(neighbours[slot])
            let back = (starts[next] ..< starts[next + 1]).first { Int(neighbours[$0]) == here && !isWalked[$0] }
            if let back { isWalked[back] = true }
            way.append(next)
            guard degree[next] == 2, next != start,
                let on = (starts[next] ..< starts[next + 1]).first(where: { !isWalked[$0] })
            else { return way }
            (here, slot) = (next, on)
        }
    }

    /// Neighbours above, below and beside each other are joined, diagonal ones where no such way around is.
    private static func pairs(of middle: [Int], width: Int) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        pairs.reserveCapacity(middle.count + middle.count / 8)
        // Pixels are sorted: those of the next row come some places later, and the search goes along with them.
        var below = 0
        for (place, pixel) in middle.enumerated() {
            let hasRight = place + 1 < middle.count && middle[place + 1] == pixel + 1
            let hasLeft = place > 0 && middle[place - 1] == pixel - 1
            if hasRight { pairs.append((place, place + 1)) }
            while below < middle.count, middle[below] < pixel + width - 1 { below += 1 }
            var (left, straight, right): (Int?, Int?, Int?) = (nil, nil, nil)
            var next = below
            while next < middle.count, middle[next] <= pixel + width + 1 {
                switch middle[next] - pixel - width {
                case -1: left = next
                case 0: straight = next
                default: right = next
                }
                next += 1
            }
            if let straight { pairs.append((place, straight)) }
            if let left, straight == nil, !hasLeft { pairs.append((place, left)) }
            if let right, straight == nil, !hasRight { pairs.append((place, right)) }
        }
        return pairs
    }
}
