import CKernels
import LinearAlgebra

/// Clusters of prototypes, so that a search can skip distant ones.
///
/// About √P clusters start from the centers of evenly spaced prototypes and move to the means of their members three
/// times. All arithmetic is in bytes and whole numbers, so that the result is the same on every processor.
///
/// - Source: the second layer of HARAM, Benites & Sapozhnikova, ICDM Workshops 2015. Their layer is an ART network,
///   whose union boxes cover all of a space with a thousand features. Centers separate the prototypes there.
struct BoxClusters: Sendable {
    /// The prototypes by cluster, ascending in each.
    let order: [Int]
    /// The start of each cluster in `order`, and the end.
    let starts: [Int]
    /// Clusters × `width`.
    let middles: [UInt8]

    /// The minimum share of the prototypes that a search examines.
    let share: Double

    private static let rounds = 3
    /// The minimum number of prototypes that a search examines. With fewer, little time is saved and near prototypes
    /// are missed.
    static let fewest = 256

    /// - Parameters:
    ///   - lowerBytes: P × width, like `upperBytes`.
    ///   - columns: the number of features; the rest of a row is padding.
    init(lowerBytes: [UInt8], upperBytes: [UInt8], width: Int, columns: Int, share: Double, workers: Workers) {
        let count = lowerBytes.count / width
        var points = [UInt8](repeating: 128, count: count * width)
        for box in 0 ..< count {
            for place in box * width ..< box * width + columns {
                points[place] = UInt8((Int(lowerBytes[place]) + Int(upperBytes[place])) / 2)
            }
        }
        let clusters = max(1, Int(Double(count).squareRoot().rounded()))
        var middles: [UInt8] = []
        for cluster in 0 ..< clusters {
            let seed = cluster * count / clusters
            middles += points[seed * width ..< (seed + 1) * width]
        }
        var members = Self.members(points, middles, width, workers)
        for _ in 1 ..< Self.rounds {
            for (cluster, own) in members.enumerated() where !own.isEmpty {
                var sums = [Int](repeating: 0, count: width)
                for box in own {
                    for place in 0 ..< width { sums[place] += Int(points[box * width + place]) }
                }
                for place in 0 ..< width { middles[cluster * width + place] = UInt8(sums[place] / own.count) }
            }
            members = Self.members(points, middles, width, workers)
        }
        let kept = members.indices.filter { !members[$0].isEmpty }
        order = kept.flatMap { members[$0] }
        starts = kept.reduce(into: [0]) { $0.append($0[$0.count - 1] + members[$1].count) }
        self.middles = kept.flatMap { middles[$0 * width ..< ($0 + 1) * width] }
        self.share = share
    }

    /// Returns the ranges of `order` to examine for a point, nearest cluster first.
    ///
    /// - Parameters:
    ///   - point: `width` bytes.
    ///   - distances: scratch memory, one value per cluster.
    func near(_ point: UnsafePointer<UInt8>, width: Int, distances: inout [UInt32]) -> [Range<Int>] {
        RowKernels.table.pointee.byte_distances(
            middles, middles, point, starts.count - 1, width, &distances, nil)
        let nearest = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
        let wanted = max(Self.fewest, Int((share * Double(order.count)).rounded(.up)))
        var found: [Range<Int>] = []
        var seen = 0
        for cluster in nearest where seen < wanted {
            found.append(starts[cluster] ..< starts[cluster + 1])
            seen += starts[cluster + 1] - starts[cluster]
        }
        return found
    }

    /// Returns the points nearest to each center, ascending. A point with several nearest centers belongs to the first.
    private static func members(_ points: [UInt8], _ middles: [UInt8], _ width: Int, _ workers: Workers) -> [[Int]] {
        let count = points.count / width
        let clusters = middles.count / width
        let block = 64
        var nearest = [Int](repeating: 0, count: count)
        nearest.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let out = buffer
            workers.forEach((count + block - 1) / block) { piece, _ in
                var distances = [UInt32](repeating: 0, count: clusters)
                for box in piece * block ..< min((piece + 1) * block, count) {
                    points.withUnsafeBufferPointer {
                        RowKernels.table.pointee.byte_distances(
                            middles, middles, $0.baseAddress! + box * width, clusters, width, &distances, nil)
                    }
                    out[box] = distances.indices.min { distances[$0] < distances[$1] } ?? 0
                }
            }
        }
        var members = [[Int]](repeating: [], count: clusters)
        for (box, cluster) in nearest.enumerated() { members[cluster].append(box) }
        return members
    }
}
