import CKernels
import LinearAlgebra

/// An index for fast searches among finished prototypes: their sizes, and their edges in bytes.
///
/// Places follow the order of the prototypes, or of the clusters if there are any.
struct BoxIndex: Sendable {
    /// |W| at each place.
    let sizes: [Double]
    /// P × `bounds.width`.
    let lowerBytes: [UInt8]
    let upperBytes: [UInt8]
    let bounds: ByteBounds
    let clusters: BoxClusters?

    /// - Parameter share: the share of the prototypes that a search examines; nil for all.
    init<Scalar: MatrixScalar>(_ prototypes: Prototypes<Scalar>, share: Double?, workers: Workers) {
        let columns = prototypes.lower.columns
        let bounds = ByteBounds(columns: columns, of: Scalar.self)
        let width = bounds.width
        var sizes = [Double](repeating: 0, count: prototypes.count)
        var lowerBytes = [UInt8](repeating: 0, count: prototypes.count * width)
        var upperBytes = lowerBytes
        let block = 64
        prototypes.lower.values.withUnsafeBufferPointer { low in
            prototypes.upper.values.withUnsafeBufferPointer { high in
                lowerBytes.withUnsafeMutableBufferPointer { lowOut in
                    upperBytes.withUnsafeMutableBufferPointer { highOut in
                        sizes.withUnsafeMutableBufferPointer { sizesOut in
                            nonisolated(unsafe) let (low, high) = (low.baseAddress!, high.baseAddress!)
                            nonisolated(unsafe) let (lowOut, highOut) = (lowOut.baseAddress!, highOut.baseAddress!)
                            nonisolated(unsafe) let sizesOut = sizesOut
                            workers.forEach((prototypes.count + block - 1) / block) { piece, _ in
                                for box in piece * block ..< min((piece + 1) * block, prototypes.count) {
                                    let (lowEdge, highEdge) = (low + box * columns, high + box * columns)
                                    sizesOut[box] = BoxGroup.size(lowEdge, highEdge, columns)
                                    bounds.writeLower(lowEdge, to: lowOut + box * width)
                                    bounds.writeUpper(highEdge, to: highOut + box * width)
                                }
                            }
                        }
                    }
                }
            }
        }
        self.bounds = bounds
        guard let share else {
            (self.sizes, self.lowerBytes, self.upperBytes, clusters) = (sizes, lowerBytes, upperBytes, nil)
            return
        }
        let found = BoxClusters(
            lowerBytes: lowerBytes, upperBytes: upperBytes, width: width, columns: columns, share: share,
            workers: workers)
        self.sizes = found.order.map { sizes[$0] }
        self.lowerBytes = found.order.flatMap { lowerBytes[$0 * width ..< ($0 + 1) * width] }
        self.upperBytes = found.order.flatMap { upperBytes[$0 * width ..< ($0 + 1) * width] }
        clusters = found
    }

    /// Returns the prototype at a place.
    @inline(__always)
    func prototype(at place: Int) -> Int {
        clusters?.order[place] ?? place
    }

    /// Computes bounds of the distances between a point and the boxes at a range of places, in bytes.
    ///
    /// - Parameters:
    ///   - points: rows of `bounds.width` bytes.
    ///   - least, most: one value per place.
    @inline(__always)
    func bound(
        _ range: Range<Int>, _ points: [UInt8], row: Int, least: UnsafeMutablePointer<UInt32>,
        most: UnsafeMutablePointer<UInt32>
    ) {
        let width = bounds.width
        lowerBytes.withUnsafeBufferPointer { lower in
            upperBytes.withUnsafeBufferPointer { upper in
                points.withUnsafeBufferPointer { points in
                    RowKernels.table.pointee.byte_distances(
                        lower.baseAddress! + range.lowerBound * width, upper.baseAddress! + range.lowerBound * width,
                        points.baseAddress! + row * width, range.count, width, least, most)
                }
            }
        }
    }
}
