import CKernels
import LinearAlgebra

/// The prototypes of one label combination, made in one ordered pass over its rows.
struct BoxGroup<Scalar: MatrixScalar> {
    /// The row that created each prototype, in the order of the pass.
    private(set) var firstRows: [Int] = []
    /// The number of rows that each prototype has learned.
    private(set) var rowCounts: [Int] = []
    /// Prototypes × d.
    private(set) var lower: [Scalar] = []
    /// Prototypes × d.
    private(set) var upper: [Scalar] = []

    private let columns: Int
    private let vigilance: Double
    private let bounds: ByteBounds
    /// |W| = d − Σ(upper − lower) of each.
    private var sizes: [Double] = []
    private var lowerBytes: [UInt8] = []
    private var upperBytes: [UInt8] = []
    /// Scratch memory: bounds of the distances to the current row.
    private var least: [UInt32] = []

    init(columns: Int, vigilance: Double) {
        self.columns = columns
        self.vigilance = vigilance
        bounds = ByteBounds(columns: columns, of: Scalar.self)
    }

    /// Learns the next row.
    ///
    /// - Parameters:
    ///   - values: d values in 0…1.
    ///   - bytes: the row as written by `ByteBounds.writePoint`.
    mutating func learn(row: Int, _ values: UnsafePointer<Scalar>, _ bytes: UnsafePointer<UInt8>) {
        if let winner = winner(values, bytes) { grow(winner, values) } else { add(row, values) }
    }

    /// Returns the matching prototype with the highest activation, and the first of equal ones. The bounds only skip
    /// prototypes that cannot win, so the result is that of a plain loop.
    private mutating func winner(_ values: UnsafePointer<Scalar>, _ bytes: UnsafePointer<UInt8>) -> Int? {
        let count = sizes.count
        guard count > 0 else { return nil }
        let needed = vigilance * Double(columns)
        return least.withUnsafeMutableBufferPointer { least in
            RowKernels.table.pointee.byte_distances(
                lowerBytes, upperBytes, bytes, count, bounds.width, least.baseAddress!, nil)
            return lower.withUnsafeBufferPointer { lower in
                upper.withUnsafeBufferPointer { upper in
                    sizes.withUnsafeBufferPointer { sizes in
                        var best = (index: -1, activation: -Double.infinity)
                        func consider(_ index: Int) {
                            let distance = RowKernels.boxDistance(
                                lower.baseAddress! + index * columns, upper.baseAddress! + index * columns, values,
                                columns)
                            guard distance < sizes[index] - needed else { return }
                            let activation = 1 - distance / sizes[index]
                            if activation > best.activation || (activation == best.activation && index < best.index) {
                                best = (index, activation)
                            }
                        }
                        // Measuring the most promising prototype first avoids most exact distances.
                        var promising = (index: -1, activation: -Double.infinity)
                        for index in 0 ..< count {
                            let distance = bounds.least(least[index])
                            guard distance < sizes[index] - needed else {
                                least[index] = .max
                                continue
                            }
                            let activation = 1 - distance / sizes[index]
                            if activation > promising.activation { promising = (index, activation) }
                        }
                        guard promising.index >= 0 else { return nil }
                        consider(promising.index)
                        for index in 0 ..< count where least[index] != .max && index != promising.index {
                            if 1 - bounds.least(least[index]) / sizes[index] >= best.activation { consider(index) }
                        }
                        return best.index >= 0 ? best.index : nil
                    }
                }
            }
        }
    }

    private mutating func grow(_ index: Int, _ values: UnsafePointer<Scalar>) {
        for column in 0 ..< columns {
            let place = index * columns + column
            lower[place] = min(lower[place], values[column])
            upper[place] = max(upper[place], values[column])
        }
        rowCounts[index] += 1
        measure(index)
    }

    private mutating func add(_ row: Int, _ values: UnsafePointer<Scalar>) {
        let edge = UnsafeBufferPointer(start: values, count: columns)
        lower.append(contentsOf: edge)
        upper.append(contentsOf: edge)
        firstRows.append(row)
        rowCounts.append(1)
        sizes.append(0)
        least.append(0)
        lowerBytes.append(contentsOf: repeatElement(0, count: bounds.width))
        upperBytes.append(contentsOf: repeatElement(0, count: bounds.width))
        measure(sizes.count - 1)
    }

    /// Updates the size and bytes of a prototype.
    private mutating func measure(_ index: Int) {
        lower.withUnsafeBufferPointer { lower in
            upper.withUnsafeBufferPointer { upper in
                let low = lower.baseAddress! + index * columns
                let high = upper.baseAddress! + index * columns
                sizes[index] = BoxGroup.size(low, high, columns)
                lowerBytes.withUnsafeMutableBufferPointer {
                    bounds.writeLower(low, to: $0.baseAddress! + index * bounds.width)
                }
                upperBytes.withUnsafeMutableBufferPointer {
                    bounds.writeUpper(high, to: $0.baseAddress! + index * bounds.width)
                }
            }
        }
    }

    /// |W| = d − Σ(upper − lower).
    static func size(_ lower: UnsafePointer<Scalar>, _ upper: UnsafePointer<Scalar>, _ columns: Int) -> Double {
        // The distance of the lower corner from a box that consists of the upper corner.
        Double(columns) - RowKernels.boxDistance(upper, upper, lower, columns)
    }
}
