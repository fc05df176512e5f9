import LinearAlgebra
import Synchronization

/// The RBF kernel between all samples of a training set, which the problems of all labels share.
///
/// If the n × n matrix fits into the memory limit, it is computed once, in blocks. Otherwise rows are computed on
/// demand, and the recently used ones are kept. The values do not depend on this.
struct RadialKernel<Scalar: MatrixScalar>: Sendable {
    /// n.
    let count: Int

    private enum Storage: Sendable {
        case matrix(AlignedValues<Scalar>)
        case rows(RadialRows<Scalar>)
    }

    private let storage: Storage

    /// - Parameter memory: the maximum number of bytes for kernel values.
    init(features: Matrix<Scalar>, gamma: Double, memory: Int, workers: Workers) {
        count = features.rows
        if count * count * MemoryLayout<Scalar>.stride <= memory {
            storage = .matrix(Self.matrix(features, gamma, workers))
        } else {
            let kept = max(2, memory / (count * MemoryLayout<Scalar>.stride))
            storage = .rows(RadialRows(features: features, gamma: gamma, kept: kept))
        }
    }

    /// Calls `body` with the n values of a row.
    @inline(__always)
    func withRow<Result>(_ row: Int, _ body: (UnsafePointer<Scalar>) -> Result) -> Result {
        switch storage {
        case .matrix(let values): body(values.base + row * count)
        case .rows(let rows): rows.row(row).withUnsafeBufferPointer { body($0.baseAddress!) }
        }
    }

    /// Computes the blocks on and below the diagonal, and mirrors them.
    ///
    /// A task is a column of blocks, whose samples are packed once. The longest columns come first.
    private static func matrix(
        _ features: Matrix<Scalar>, _ gamma: Double, _ workers: Workers
    ) -> AlignedValues<Scalar> {
        let count = features.rows
        let (width, height) = (PackedRows<Scalar>.rightBlock, PackedRows<Scalar>.leftBlock)
        let norms = features.squaredNorms(workers: workers)
        let result = AlignedValues<Scalar>(count: count * count)
        workers.forEach((count + width - 1) / width) { index, _ in
            let others = index * width ..< min((index + 1) * width, count)
            let packed = PackedRows(features, rows: others)
            let scratch = AlignedValues<Scalar>(count: height * packed.stride)
            let (values, out) = (scratch.base, result.base)
            for start in Swift.stride(from: others.lowerBound, to: count, by: height) {
                let rows = start ..< min(start + height, count)
                packed.multiply(features, rows: rows, to: values)
                norms.withUnsafeBufferPointer { norms in
                    for (place, row) in rows.enumerated() {
                        let line = values + place * packed.stride
                        RowKernels.radial(
                            line, norm: norms[row], norms: norms.baseAddress! + others.lowerBound, gamma: gamma,
                            others.count)
                        (out + row * count + others.lowerBound).update(from: line, count: others.count)
                    }
                }
                // The width of a column is the height of two blocks, so a block is in the square on the diagonal or
                // below it.
                if others.contains(start) {
                    for row in rows { out[row * count + row] = 1 }
                } else {
                    mirror(values, packed.stride, to: out, rows, others, count)
                }
            }
        }
        return result
    }

    /// Mirrors sixteen rows at a time, so that the written lines stay in the cache.
    private static func mirror(
        _ values: UnsafeMutablePointer<Scalar>, _ stride: Int, to out: UnsafeMutablePointer<Scalar>,
        _ rows: Range<Int>, _ others: Range<Int>, _ count: Int
    ) {
        for start in Swift.stride(from: 0, to: rows.count, by: 16) {
            let end = min(start + 16, rows.count)
            for other in 0 ..< others.count {
                let line = out + (others.lowerBound + other) * count + rows.lowerBound
                for place in start ..< end { line[place] = values[place * stride + other] }
            }
        }
    }
}

/// Rows of an RBF kernel, computed one at a time. The most recently used rows are kept.
final class RadialRows<Scalar: MatrixScalar>: Sendable {
    private struct State {
        var rows: [Int: (values: [Scalar], lastUse: Int)] = [:]
        var uses = 0
    }

    private let features: Matrix<Scalar>
    private let norms: [Double]
    private let gamma: Double
    private let kept: Int
    private let state = Mutex(State())

    init(features: Matrix<Scalar>, gamma: Double, kept: Int) {
        self.features = features
        self.gamma = gamma
        self.kept = kept
        norms = features.squaredNorms(workers: Workers(count: 1))
    }

    /// Returns the n values of a row. Two threads may compute the same row at the same time, with the same result.
    func row(_ index: Int) -> [Scalar] {
        let known = state.withLock { state -> [Scalar]? in
            state.uses += 1
            state.rows[index]?.lastUse = state.uses
            return state.rows[index]?.values
        }
        if let known { return known }
        let made = make(index)
        state.withLock { state in
            if state.rows.count >= kept { Self.forget(&state) }
            state.rows[index] = (made, state.uses)
        }
        return made
    }

    /// Removes the least recently used eighth, so that the search for it is rare.
    private static func forget(_ state: inout State) {
        let oldest = state.rows.sorted { $0.value.lastUse < $1.value.lastUse }
        for (index, _) in oldest.prefix(max(1, oldest.count / 8)) { state.rows[index] = nil }
    }

    private func make(_ index: Int) -> [Scalar] {
        let columns = features.columns
        return [Scalar](unsafeUninitializedCapacity: features.rows) { row, initialized in
            features.values.withUnsafeBufferPointer { x in
                RowKernels.scores(
                    x.baseAddress!, rows: features.rows, columns, x.baseAddress! + index * columns, labels: 1,
                    row.baseAddress!)
            }
            norms.withUnsafeBufferPointer {
                RowKernels.radial(
                    row.baseAddress!, norm: norms[index], norms: $0.baseAddress!, gamma: gamma, features.rows)
            }
            row[index] = 1
            initialized = features.rows
        }
    }
}
