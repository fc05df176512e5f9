import LinearAlgebra

/// Scores blocks of rows against the prototypes of one voter, with reusable scratch memory.
///
/// Without clusters, the bounds of all activations are computed tile by tile, so that the rows of a block share the
/// loads of prototypes. With clusters, each row examines its own prototypes.
struct BoxSearch<Scalar: MatrixScalar> {
    /// The maximum number of rows at a time.
    static var block: Int { 16 }
    /// The number of prototypes whose edges fit into the cache of a core.
    private static var tile: Int { 96 }

    private let prototypes: Prototypes<Scalar>
    private let index: BoxIndex
    private let threshold: Double
    private var bytes: [UInt8]
    /// The places to examine for the current row, and bounds of their distances in bytes, for `block` rows.
    private var places: [Int]
    private var least: [UInt32]
    private var most: [UInt32]
    private var clusterDistances: [UInt32]
    /// Bounds of each activation. Both are the exact activation once it was computed.
    private var low: [Double] = []
    private var high: [Double] = []

    init(prototypes: Prototypes<Scalar>, index: BoxIndex, threshold: Double) {
        self.prototypes = prototypes
        self.index = index
        self.threshold = threshold
        bytes = [UInt8](repeating: 0, count: Self.block * index.bounds.width)
        places = index.clusters == nil ? Array(0 ..< prototypes.count) : []
        let rows = index.clusters == nil ? Self.block : 1
        least = [UInt32](repeating: 0, count: rows * prototypes.count)
        most = least
        clusterDistances = [UInt32](repeating: 0, count: (index.clusters?.starts.count ?? 1) - 1)
    }

    /// Adds the scores of scaled rows, rows × d, to rows × L values. Prototypes whose bounds are decisive are not
    /// measured, which does not change the result.
    mutating func addScores(of points: UnsafePointer<Scalar>, rows: Int, to scores: UnsafeMutablePointer<Double>) {
        let columns = prototypes.lower.columns
        let labels = prototypes.labels.columns
        writeBytes(of: points, rows: rows)
        if index.clusters == nil { boundAll(rows: rows) }
        for row in 0 ..< rows {
            if index.clusters == nil {
                takeBounds(from: row * prototypes.count)
            } else {
                boundNear(row)
                takeBounds(from: 0)
            }
            addScores(of: points + row * columns, to: scores + row * labels)
        }
    }

    private mutating func addScores(of point: UnsafePointer<Scalar>, to scores: UnsafeMutablePointer<Double>) {
        var greatest = measure(high.indices.max { high[$0] < high[$1] }!, point)
        for at in high.indices where high[at] > greatest { greatest = max(greatest, measure(at, point)) }
        guard greatest > 0 else { return }

        // Tests (Tmax − T)/Tmax ≤ τ(Tmax − Tmin) with the bounds of Tmin first, and with its exact value if they are
        // not decisive.
        let loose = threshold * (greatest - low.min()!)
        let tight = threshold * (greatest - high.min()!)
        var reach = tight
        var isExact = false
        var total = 0.0
        let labels = prototypes.labels.columns
        var sums = [Double](repeating: 0, count: labels)
        for at in high.indices where (greatest - high[at]) / greatest <= loose {
            let activation = measure(at, point)
            let lag = (greatest - activation) / greatest
            if lag > tight, lag <= loose, !isExact {
                reach = threshold * (greatest - leastActivation(point))
                isExact = true
            }
            guard lag <= reach else { continue }
            total += activation
            let prototype = index.prototype(at: places[at])
            let weight = activation * Double(prototypes.rowCounts[prototype])
            prototypes.labels.values.withUnsafeBufferPointer { carried in
                for label in 0 ..< labels where carried[prototype * labels + label] == 1 { sums[label] += weight }
            }
        }
        for label in 0 ..< labels { scores[label] += sums[label] / total }
    }

    private mutating func writeBytes(of points: UnsafePointer<Scalar>, rows: Int) {
        let columns = prototypes.lower.columns
        let bounds = index.bounds
        bytes.withUnsafeMutableBufferPointer { bytes in
            for row in 0 ..< rows {
                bounds.writePoint(points + row * columns, to: bytes.baseAddress! + row * bounds.width)
            }
        }
    }

    /// Computes bounds of the distances of all prototypes for all rows of the block.
    private mutating func boundAll(rows: Int) {
        let count = prototypes.count
        let (index, bytes) = (index, bytes)
        least.withUnsafeMutableBufferPointer { least in
            most.withUnsafeMutableBufferPointer { most in
                for start in stride(from: 0, to: count, by: Self.tile) {
                    let tile = start ..< min(start + Self.tile, count)
                    for row in 0 ..< rows {
                        index.bound(
                            tile, bytes, row: row, least: least.baseAddress! + row * count + start,
                            most: most.baseAddress! + row * count + start)
                    }
                }
            }
        }
    }

    /// Computes bounds of the distances of the prototypes near one row, and stores their places.
    private mutating func boundNear(_ row: Int) {
        guard let clusters = index.clusters else { return }
        let (index, bytes) = (index, bytes)
        let width = index.bounds.width
        let ranges = bytes.withUnsafeBufferPointer {
            clusters.near($0.baseAddress! + row * width, width: width, distances: &clusterDistances)
        }
        places = ranges.flatMap { $0 }
        least.withUnsafeMutableBufferPointer { least in
            most.withUnsafeMutableBufferPointer { most in
                var done = 0
                for range in ranges {
                    index.bound(
                        range, bytes, row: row, least: least.baseAddress! + done, most: most.baseAddress! + done)
                    done += range.count
                }
            }
        }
    }

    /// Converts bounds of distances, from a place in the scratch memory on, to bounds of activations.
    private mutating func takeBounds(from start: Int) {
        if high.count != places.count {
            high = Array(repeating: 0, count: places.count)
            low = high
        }
        for (at, place) in places.enumerated() {
            high[at] = 1 - index.bounds.least(least[start + at]) / index.sizes[place]
            low[at] = 1 - index.bounds.most(most[start + at]) / index.sizes[place]
        }
    }

    /// Returns the exact activation of a prototype, and stores it as its bounds.
    private mutating func measure(_ at: Int, _ point: UnsafePointer<Scalar>) -> Double {
        if low[at] == high[at] { return low[at] }
        let columns = prototypes.lower.columns
        let start = index.prototype(at: places[at]) * columns
        let activation = prototypes.lower.values.withUnsafeBufferPointer { lower in
            prototypes.upper.values.withUnsafeBufferPointer { upper in
                1 - RowKernels.boxDistance(lower.baseAddress! + start, upper.baseAddress! + start, point, columns)
                    / index.sizes[places[at]]
            }
        }
        low[at] = activation
        high[at] = activation
        return activation
    }

    /// Returns the exact Tmin.
    private mutating func leastActivation(_ point: UnsafePointer<Scalar>) -> Double {
        var least = measure(low.indices.min { low[$0] < low[$1] }!, point)
        for at in low.indices where low[at] < least { least = min(least, measure(at, point)) }
        return least
    }
}
