import LinearAlgebra
import Synchronization

/// RBF kernel expansions of several labels over a common set of support vectors: f(x) = Σ coefficientᵢ·exp(−γ‖x − xᵢ‖²)
/// + b.
public struct KernelDecisionFunction<Scalar: MatrixScalar>: Equatable, Sendable {
    /// S × d. A vector is stored once, even if it supports several labels.
    public let supportVectors: Matrix<Scalar>
    /// S × L, yα.
    public let coefficients: Matrix<Double>
    /// L values.
    public let intercepts: [Double]
    /// γ, above 0.
    public let gamma: Double

    /// - Precondition: coefficients have a row per support vector and a column per intercept.
    public init(supportVectors: Matrix<Scalar>, coefficients: Matrix<Double>, intercepts: [Double], gamma: Double) {
        precondition(
            coefficients.rows == supportVectors.rows && coefficients.columns == intercepts.count,
            """
            \(coefficients.rows) × \(coefficients.columns) coefficients for \(supportVectors.rows) support vectors \
            and \(intercepts.count) intercepts
            """)
        precondition(gamma > 0, "gamma must be above 0")
        self.supportVectors = supportVectors
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.gamma = gamma
    }

    /// Creates the functions from solutions of a problem. A label that is all 0 or all 1 scores −1 or 1.
    init(_ problem: LabelwiseProblem<Scalar>, _ solutions: [DualSolution], gamma: Double) {
        let support = (0 ..< problem.features.rows).filter { row in
            solutions.contains { $0.coefficients[row] != 0 }
        }
        var intercepts = problem.intercepts(constant: 1)
        var coefficients = Matrix<Double>(rows: support.count, columns: intercepts.count)
        for (label, solution) in zip(problem.labels, solutions) {
            intercepts[label] = solution.intercept
            for (place, row) in support.enumerated() { coefficients[place, label] = solution.coefficients[row] }
        }
        self.init(
            supportVectors: problem.features.selecting(rows: support), coefficients: coefficients,
            intercepts: intercepts, gamma: gamma)
    }

    /// The number of support vectors whose terms are summed in the precision of the features.
    private static var vectorBlock: Int { 512 }
    /// The number of samples of a task.
    private static var sampleBlock: Int { PackedRows<Scalar>.rightBlock }
    /// The number of samples whose sums per block of support vectors are stored at a time.
    private static var samplesAtATime: Int { 16 * sampleBlock }

    /// Returns n × L values of f. Kernel values, and their sums over 512 support vectors, have the precision of the
    /// features.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func decisionValues(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double> {
        precondition(
            features.columns == supportVectors.columns,
            "\(features.columns) features for \(supportVectors.columns)")
        let labels = intercepts.count
        let expansion = Expansion(
            features: features, sampleNorms: features.squaredNorms(workers: workers),
            vectorNorms: supportVectors.squaredNorms(workers: workers),
            groups: labelGroups())
        let vectorBlocks = (supportVectors.rows + Self.vectorBlock - 1) / Self.vectorBlock
        var result = Matrix<Double>(rows: features.rows, columns: labels)
        for start in stride(from: 0, to: features.rows, by: Self.samplesAtATime) {
            let samples = start ..< min(start + Self.samplesAtATime, features.rows)
            let sums = AlignedValues<Scalar>(count: vectorBlocks * samples.count * labels)
            addTerms(expansion, samples, to: sums.base, workers)
            for place in 0 ..< samples.count * labels {
                // The order of the sum does not depend on the workers.
                result.values[start * labels + place] = (0 ..< vectorBlocks).reduce(intercepts[place % labels]) {
                    $0 + Double(sums.base[$1 * samples.count * labels + place])
                }
            }
        }
        return result
    }

    /// The data that all tasks read.
    private struct Expansion: Sendable {
        let features: Matrix<Scalar>
        let sampleNorms: [Double]
        let vectorNorms: [Double]
        let groups: [(labels: Range<Int>, coefficients: [Scalar])]
    }

    /// Computes the terms of samples: blocks of support vectors × samples × L sums. A task is a block of samples and a
    /// block of support vectors.
    private func addTerms(
        _ expansion: Expansion, _ samples: Range<Int>, to sums: UnsafeMutablePointer<Scalar>, _ workers: Workers
    ) {
        let labels = intercepts.count
        let vectorBlocks = (supportVectors.rows + Self.vectorBlock - 1) / Self.vectorBlock
        let blocks = stride(from: samples.lowerBound, to: samples.upperBound, by: Self.sampleBlock).map {
            $0 ..< min($0 + Self.sampleBlock, samples.upperBound)
        }
        let packed = Mutex([PackedRows<Scalar>?](repeating: nil, count: blocks.count))
        workers.forEach(blocks.count) { index, _ in
            let block = PackedRows(expansion.features, rows: blocks[index])
            packed.withLock { $0[index] = block }
        }
        let ready = packed.withLock { $0.compactMap(\.self) }
        nonisolated(unsafe) let sums = sums
        workers.forEach(blocks.count * vectorBlocks) { piece, _ in
            let (block, vectorBlock) = (blocks[piece / vectorBlocks], piece % vectorBlocks)
            let first = vectorBlock * Self.vectorBlock
            let vectors = first ..< min(first + Self.vectorBlock, supportVectors.rows)
            let out = sums + (vectorBlock * samples.count + block.lowerBound - samples.lowerBound) * labels
            writeTerms(expansion, ready[piece / vectorBlocks], block, vectors, to: out)
        }
    }

    /// Writes samples × L sums over some support vectors.
    private func writeTerms(
        _ expansion: Expansion, _ packed: PackedRows<Scalar>, _ samples: Range<Int>, _ vectors: Range<Int>,
        to out: UnsafeMutablePointer<Scalar>
    ) {
        let labels = intercepts.count
        let (width, height) = (packed.stride, PackedRows<Scalar>.leftBlock)
        let kernelValues = AlignedValues<Scalar>(count: height * width)
        let labelSums = AlignedValues<Scalar>(count: labels * width)
        let (kernel, sums) = (kernelValues.base, labelSums.base)
        sums.initialize(repeating: 0, count: labels * width)
        expansion.sampleNorms.withUnsafeBufferPointer { norms in
            for first in stride(from: vectors.lowerBound, to: vectors.upperBound, by: height) {
                let taken = first ..< min(first + height, vectors.upperBound)
                packed.multiply(supportVectors, rows: taken, to: kernel)
                for (place, vector) in taken.enumerated() {
                    RowKernels.radial(
                        kernel + place * width, norm: expansion.vectorNorms[vector],
                        norms: norms.baseAddress! + samples.lowerBound, gamma: gamma, samples.count)
                }
                for group in expansion.groups {
                    group.coefficients.withUnsafeBufferPointer {
                        RowKernels.gradient(
                            kernel, rows: taken.count, width, $0.baseAddress! + first * group.labels.count,
                            labels: group.labels.count, sums + group.labels.lowerBound * width)
                    }
                }
            }
        }
        for place in 0 ..< samples.count {
            for label in 0 ..< labels { out[place * labels + label] = sums[label * width + place] }
        }
    }

    /// Returns groups of labels that are summed together, with their coefficients: S × labels.
    private func labelGroups() -> [(labels: Range<Int>, coefficients: [Scalar])] {
        stride(from: 0, to: intercepts.count, by: RowKernels.labels).map { first in
            let labels = first ..< min(first + RowKernels.labels, intercepts.count)
            return (
                labels,
                (0 ..< supportVectors.rows).flatMap { vector in labels.map { Scalar(coefficients[vector, $0]) } }
            )
        }
    }
}

extension Matrix {
    /// Returns ‖x‖² of each row.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func squaredNorms(workers: Workers) -> [Double] {
        let block = 256
        return [Double](unsafeUninitializedCapacity: rows) { buffer, initialized in
            nonisolated(unsafe) let out = buffer
            workers.forEach((rows + block - 1) / block) { piece, _ in
                values.withUnsafeBufferPointer { values in
                    for row in piece * block ..< min((piece + 1) * block, rows) {
                        guard columns > 0 else {
                            out[row] = 0
                            continue
                        }
                        let start = values.baseAddress! + row * columns
                        out[row] = Double(RowKernels.dot(start, start, columns))
                    }
                }
            }
            initialized = rows
        }
    }
}
