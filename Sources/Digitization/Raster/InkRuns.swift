/// A vertical run of ink in one column of pixels.
struct InkRun {
    /// Edges in pixels from the top of the page, below the pixel's resolution.
    var top: Float
    var bottom: Float
    /// First and last row of pixels.
    var first: Int32
    var last: Int32
    var component: Int32

    var middle: Float { (top + bottom) / 2 }
    var thickness: Float { bottom - top }
}

/// All runs of ink of a page, sorted by column and from top to bottom, and the connected components they form.
struct InkRuns {
    struct Component {
        var left: Int32
        var right: Int32
        var top: Int32
        var bottom: Int32
        /// Number of pixels.
        var area: Int32

        var width: Int { Int(right - left) + 1 }
        var height: Int { Int(bottom - top) + 1 }
    }

    let width: Int
    let height: Int
    private(set) var runs: [InkRun]
    /// The runs of column x are runs[start[x] ..< start[x + 1]].
    let start: [Int32]
    private(set) var components: [Component]

    /// A run has at least one pixel that the pen covers by a quarter and extends over all pixels that it covers by an eighth.
    private static let core: UInt8 = 64
    private static let fringe: UInt8 = 31

    /// - Parameter hasThinPen: whether the pen can be thinner than a pixel.
    init(_ page: PageInk, hasThinPen: Bool = false) {
        width = page.width
        height = page.height
        var found: [(column: Int32, run: InkRun)] = []
        found.reserveCapacity(16 * page.width)
        let (width, height) = (page.width, page.height)
        var open = [Int32](repeating: -1, count: width)
        var peak = [UInt8](repeating: 0, count: width)
        page.ink.withUnsafeBufferPointer { ink in
            open.withUnsafeMutableBufferPointer { open in
                peak.withUnsafeMutableBufferPointer { peak in
                    func close(_ x: Int, _ y: Int) {
                        if peak[x] >= Self.core {
                            let run = Self.run(
                                ink, width: width, x: x, first: Int(open[x]), last: y - 1, peak: Float(peak[x]),
                                hasThinPen: hasThinPen)
                            found.append((Int32(x), run))
                        }
                        open[x] = -1
                        peak[x] = 0
                    }
                    var quiet = [Bool](repeating: true, count: (width + 63) / 64)
                    for y in 0 ..< height {
                        let base = y * width
                        for block in 0 ..< quiet.count {
                            let first = block * 64
                            let last = min(width, first + 64)
                            var most: UInt8 = 0
                            for x in first ..< last { most = max(most, ink[base + x]) }
                            if most < Self.fringe, quiet[block] { continue }
                            var anyOpen = false
                            for x in first ..< last {
                                let value = ink[base + x]
                                if value >= Self.fringe {
                                    if open[x] < 0 { open[x] = Int32(y) }
                                    peak[x] = max(peak[x], value)
                                    anyOpen = true
                                } else if open[x] >= 0 {
                                    close(x, y)
                                }
                            }
                            quiet[block] = !anyOpen
                        }
                    }
                    for x in 0 ..< width where open[x] >= 0 { close(x, height) }
                }
            }
        }
        var start = [Int32](repeating: 0, count: width + 1)
        for item in found { start[Int(item.column) + 1] += 1 }
        for x in 0 ..< width { start[x + 1] += start[x] }
        var next = start
        let empty = InkRun(top: 0, bottom: 0, first: 0, last: 0, component: 0)
        var sorted = [InkRun](repeating: empty, count: found.count)
        for item in found {
            sorted[Int(next[Int(item.column)])] = item.run
            next[Int(item.column)] += 1
        }
        self.start = start
        runs = sorted
        components = []
        connect()
    }

    /// Edges from the coverage: pixels beyond the first that is nearly as dark as the run's ink count by their part.
    private static func run(
        _ ink: UnsafeBufferPointer<UInt8>, width: Int, x: Int, first: Int, last: Int, peak: Float,
        hasThinPen: Bool
    ) -> InkRun {
        let level =
            hasThinPen ? level(ink, width: width, x: x, first: first, last: last, peak: peak) : peak
        let full = fullPart * level
        var upper = first
        var above: Float = 0
        while Float(ink[upper * width + x]) < full {
            above += Float(ink[upper * width + x])
            upper += 1
        }
        var lower = last
        var below: Float = 0
        while Float(ink[lower * width + x]) < full {
            below += Float(ink[lower * width + x])
            lower -= 1
        }
        return InkRun(
            top: Float(upper) - above / level, bottom: Float(lower + 1) + below / level, first: Int32(first),
            last: Int32(last), component: 0)
    }

    /// Part of the darkness of a run's ink from which a pixel counts as covered.
    private static let fullPart: Float = 0.85
    /// Pixels of a run that can be a steep stroke.
    private static let leastStroke = 6
    /// A stroke of a pen that is wider than a pixel covers more than this part of its pixels.
    private static let widePenPart: Float = 0.25

    /// Returns the darkness of the ink of a run: that of its darkest pixel, or of most pixels in the stroke of a thin pen.
    ///
    /// A pen that is thinner than a pixel covers only a part of the pixels of a steep stroke. The darkest pixel is then
    /// at a turn, and says nothing about the ends of the stroke.
    private static func level(
        _ ink: UnsafeBufferPointer<UInt8>, width: Int, x: Int, first: Int, last: Int, peak: Float
    ) -> Float {
        let count = last - first + 1
        guard count >= leastStroke else { return peak }
        let values = (first ... last).map { ink[$0 * width + x] }.sorted()
        let full = Float(values.count { Float($0) >= fullPart * peak })
        return full < widePenPart * Float(count) ? Float(values[count / 2]) : peak
    }

    /// Joins runs of neighboring columns that touch, by union-find.
    private mutating func connect() {
        var parent = [Int32](0 ..< Int32(runs.count))
        func root(_ index: Int32) -> Int32 {
            var index = index
            while parent[Int(index)] != index {
                parent[Int(index)] = parent[Int(parent[Int(index)])]
                index = parent[Int(index)]
            }
            return index
        }
        for x in 1 ..< max(1, width) {
            var a = Int(start[x - 1])
            var b = Int(start[x])
            let (endA, endB) = (Int(start[x]), Int(start[x + 1]))
            while a < endA, b < endB {
                if runs[a].last + 1 >= runs[b].first, runs[b].last + 1 >= runs[a].first {
                    let (first, second) = (root(Int32(a)), root(Int32(b)))
                    if first != second { parent[Int(max(first, second))] = min(first, second) }
                }
                if runs[a].last < runs[b].last { a += 1 } else { b += 1 }
            }
        }
        var number = [Int32](repeating: -1, count: runs.count)
        for x in 0 ..< width {
            for index in Int(start[x]) ..< Int(start[x + 1]) {
                let top = Int(root(Int32(index)))
                if number[top] < 0 {
                    number[top] = Int32(components.count)
                    components.append(
                        Component(left: Int32(x), right: Int32(x), top: .max, bottom: .min, area: 0))
                }
                let run = runs[index]
                let id = Int(number[top])
                runs[index].component = Int32(id)
                components[id].right = Int32(x)
                components[id].top = min(components[id].top, run.first)
                components[id].bottom = max(components[id].bottom, run.last)
                components[id].area += run.last - run.first + 1
            }
        }
    }
}
