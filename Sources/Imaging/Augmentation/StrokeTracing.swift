/// Follows the center lines of a drawing from end to end.
///
/// Adjacent pixels are joined. A path is traced from each end or fork to the next one; the rest are rings. A short path
/// from a fork to an end, no longer than the line is wide, is an artifact of the thinning and is dropped.
struct StrokeTracing {
    /// Indices into `middle`, one path after the other.
    private(set) var paths: [[Int]] = []

    /// The start of each pixel's neighbors in `neighbors`.
    private let starts: [Int]
    private let neighbors: [Int32]

    /// - Parameters:
    ///   - middle: ascending pixels of a picture `width` pixels wide; none in its outermost columns.
    ///   - radii: radius of the line at each of them, in pixels.
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
        var neighbors = [Int32](repeating: 0, count: 2 * pairs.count)
        for (a, b) in pairs {
            neighbors[next[a]] = Int32(b)
            neighbors[next[b]] = Int32(a)
            next[a] += 1
            next[b] += 1
        }
        (self.starts, self.neighbors) = (starts, neighbors)

        var isWalked = [Bool](repeating: false, count: neighbors.count)
        for place in middle.indices where degree[place] != 2 {
            if degree[place] == 0 { paths.append([place]) }
            for slot in starts[place] ..< starts[place + 1] where !isWalked[slot] {
                let path = walk(from: place, by: slot, degree, &isWalked)
                let last = path[path.count - 1]
                let isSpur = (degree[place] == 1) != (degree[last] == 1)
                let fork = degree[place] == 1 ? last : place
                if isSpur, Float(path.count - 1) <= radii[fork] + 1 { continue }
                paths.append(path)
            }
        }
        for place in middle.indices where degree[place] == 2 {
            for slot in starts[place] ..< starts[place + 1] where !isWalked[slot] {
                paths.append(walk(from: place, by: slot, degree, &isWalked))
            }
        }
    }

    private func walk(from start: Int, by first: Int, _ degree: [Int], _ isWalked: inout [Bool]) -> [Int] {
        var path = [start]
        var (here, slot) = (start, first)
        while true {
            isWalked[slot] = true
            let next = Int(neighbors[slot])
            let back = (starts[next] ..< starts[next + 1]).first { Int(neighbors[$0]) == here && !isWalked[$0] }
            if let back { isWalked[back] = true }
            path.append(next)
            guard degree[next] == 2, next != start,
                let on = (starts[next] ..< starts[next + 1]).first(where: { !isWalked[$0] })
            else { return path }
            (here, slot) = (next, on)
        }
    }

    /// Joins pixels that share an edge, and diagonal ones that no shared neighbor connects.
    private static func pairs(of middle: [Int], width: Int) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        pairs.reserveCapacity(middle.count + middle.count / 8)
        // Pixels are sorted, so that the search in the next row continues where it was.
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
