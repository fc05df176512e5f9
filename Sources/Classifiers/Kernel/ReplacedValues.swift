import LinearAlgebra

/// Copies of a row, each with other values at some places.
///
/// A sum over the features of a copy is that of the row and the changes at the places, so that all copies together need
/// the terms of two rows.
struct ReplacedValues<Scalar: MatrixScalar>: Sendable {
    /// d values.
    let row: [Scalar]
    /// d values, of which a copy has those at its places.
    let others: [Scalar]
    /// The places of all copies one after the other, and where each copy starts; the last start is their number.
    private let places: [Int32]
    private let starts: [Int]

    var count: Int { starts.count - 1 }

    init(of row: [Scalar], at places: [[Int]], with others: [Scalar]) {
        precondition(row.count == others.count, "rows of \(row.count) and \(others.count) values")
        (self.row, self.others) = (row, others)
        self.places = places.joined().map(Int32.init)
        starts = places.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    }

    /// Adds the changes at each copy's places to the sum of the row.
    ///
    /// - Parameters:
    ///   - changes: d terms of `others` less those of `row`.
    ///   - sums: a sum per copy.
    @inline(__always)
    func write(_ sum: Scalar, _ changes: UnsafePointer<Scalar>, to sums: UnsafeMutablePointer<Scalar>) {
        places.withUnsafeBufferPointer { places in
            starts.withUnsafeBufferPointer { starts in
                for copy in 0 ..< starts.count - 1 {
                    var changed = sum
                    for place in starts[copy] ..< starts[copy + 1] { changed += changes[Int(places[place])] }
                    sums[copy] = changed
                }
            }
        }
    }
}
