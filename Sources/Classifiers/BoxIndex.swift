import CKernels
import LinearAlgebra

/// What makes a search among finished prototypes quick: their sizes, and their edges in bytes.
struct BoxIndex: Sendable {
    /// |W| of each prototype.
    let sizes: [Double]
    /// P × `bounds.width`.
    let lowerBytes: [UInt8]
    let upperBytes: [UInt8]
    let bounds: ByteBounds

    init<Scalar: MatrixScalar>(lower: Matrix<Scalar>, upper: Matrix<Scalar>) {
        let columns = lower.columns
        let bounds = ByteBounds(columns: columns, of: Scalar.self)
        var sizes = [Double](repeating: 0, count: lower.rows)
        var lowerBytes = [UInt8](repeating: 0, count: lower.rows * bounds.width)
        var upperBytes = lowerBytes
        lower.values.withUnsafeBufferPointer { low in
            upper.values.withUnsafeBufferPointer { high in
                lowerBytes.withUnsafeMutableBufferPointer { lowOut in
                    upperBytes.withUnsafeMutableBufferPointer { highOut in
                        for box in 0 ..< lower.rows where columns > 0 {
                            let lowEdge = low.baseAddress! + box * columns
                            let highEdge = high.baseAddress! + box * columns
                            sizes[box] = BoxGroup.size(lowEdge, highEdge, columns)
                            bounds.writeLower(lowEdge, to: lowOut.baseAddress! + box * bounds.width)
                            bounds.writeUpper(highEdge, to: highOut.baseAddress! + box * bounds.width)
                        }
                    }
                }
            }
        }
        self.sizes = sizes
        self.lowerBytes = lowerBytes
        self.upperBytes = upperBytes
        self.bounds = bounds
    }
}
