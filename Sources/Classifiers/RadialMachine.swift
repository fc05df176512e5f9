import LinearAlgebra

/// Radial kernel expansions of several labels over one set of support vectors:
/// f(x) = Σ coefficientᵢ·exp(−γ‖x − xᵢ‖²) + b.
public struct RadialMachine<Scalar: MatrixScalar>: Equatable, Sendable {
    /// S × d; each is stored once, whatever the number of labels that it supports.
    public let supportVectors: Matrix<Scalar>
    /// S × L, yα.
    public let coefficients: Matrix<Double>
    /// L values.
    public let intercepts: [Double]
    /// γ, above 0.
    public let gamma: Double

    /// - Precondition: as many rows of coefficients as support vectors, as many columns as intercepts.
    public init(supportVectors: Matrix<Scalar>, coefficients: Matrix<Double>, intercepts: [Double], gamma: Double) {
        precondition(
            coefficients.rows == supportVectors.rows && coefficients.columns == intercepts.count,
            """
            \(coefficients.rows) × \(coefficients.columns) coefficients for \(supportVectors.rows) support vectors \
            and \(intercepts.count) intercepts
            """)
        precondition(gamma > 0, "gamma is above 0")
        self.supportVectors = supportVectors
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.gamma = gamma
    }

    /// - Parameters:
    ///   - labels: the label of each solution, ascending; the coefficients of the others are 0.
    ///   - intercepts: of all labels.
    init(
        features: Matrix<Scalar>, labels: [Int], solutions: [DualSolution], intercepts: [Double], gamma: Double
    ) {
        let support = (0 ..< features.rows).filter { row in solutions.contains { $0.coefficients[row] != 0 } }
        var coefficients = Matrix<Double>(rows: support.count, columns: intercepts.count)
        for (label, solution) in zip(labels, solutions) {
            for (place, row) in support.enumerated() { coefficients[place, label] = solution.coefficients[row] }
        }
        self.init(
            supportVectors: features.selecting(rows: support), coefficients: coefficients, intercepts: intercepts,
            gamma: gamma)
    }

    /// Samples and support vectors whose kernel values are held at a time.
    private static var sampleBlock: Int { 128 }
    private static var vectorBlock: Int { 512 }

    /// n × L values of f. Kernel values are made in the features' precision, their sums per 512 support vectors too.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func decisionValues(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double> {
        precondition(
            features.columns == supportVectors.columns,
            "\(features.columns) features for \(supportVectors.columns)")
        let rows = features.rows
        let labels = intercepts.count
        let packed = packedCoefficients()
        let norms = supportVectors.squaredNorms()
        let own = features.squaredNorms()
        var result = Matrix<Double>(rows: rows, columns: labels)
        result.values.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let out = buffer
            workers.forEach((rows + Self.sampleBlock - 1) / Self.sampleBlock) { piece, _ in
                let start = piece * Self.sampleBlock
                let count = min(Self.sampleBlock, rows - start)
                for row in start ..< start + count {
                    for label in 0 ..< labels { out[row * labels + label] = intercepts[label] }
                }
                addExpansions(
                    features, start ..< start + count, own: own, norms: norms, packed: packed,
                    to: out.baseAddress! + start * labels)
            }
        }
        return result
    }

    private func addExpansions(
        _ features: Matrix<Scalar>, _ samples: Range<Int>, own: [Double], norms: [Double], packed: [Scalar],
        to out: UnsafeMutablePointer<Double>
    ) {
        let columns = features.columns
        let labels = intercepts.count
        let kernel = UnsafeMutablePointer<Scalar>.allocate(capacity: samples.count * Self.vectorBlock)
        let sums = UnsafeMutablePointer<Scalar>.allocate(capacity: samples.count * RowKernels.labels)
        defer {
            kernel.deallocate()
            sums.deallocate()
        }
        features.values.withUnsafeBufferPointer { x in
            supportVectors.values.withUnsafeBufferPointer { vectors in
                packed.withUnsafeBufferPointer { weights in
                    norms.withUnsafeBufferPointer { norms in
                        for first in stride(from: 0, to: norms.count, by: Self.vectorBlock) {
                            let taken = min(Self.vectorBlock, norms.count - first)
                            Scalar.gemm(
                                false, true, samples.count, taken, columns, 1,
                                x.baseAddress! + samples.lowerBound * columns, columns,
                                vectors.baseAddress! + first * columns, columns, 0, kernel, taken)
                            for (place, sample) in samples.enumerated() {
                                RowKernels.radial(
                                    kernel + place * taken, norm: own[sample], norms: norms.baseAddress! + first,
                                    gamma: gamma, taken)
                            }
                            for label in stride(from: 0, to: labels, by: RowKernels.labels) {
                                let together = min(RowKernels.labels, labels - label)
                                RowKernels.scores(
                                    kernel, rows: samples.count, taken,
                                    weights.baseAddress! + first * labels + label * taken, labels: together, sums)
                                for place in 0 ..< samples.count {
                                    for offset in 0 ..< together {
                                        out[place * labels + label + offset] += Double(sums[place * together + offset])
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The coefficients in the features' precision: for each block of support vectors, labels × vectors.
    private func packedCoefficients() -> [Scalar] {
        var packed: [Scalar] = []
        packed.reserveCapacity(coefficients.values.count)
        for first in stride(from: 0, to: coefficients.rows, by: Self.vectorBlock) {
            let end = min(first + Self.vectorBlock, coefficients.rows)
            for label in 0 ..< coefficients.columns {
                for vector in first ..< end {
                    packed.append(Scalar(coefficients.values[vector * coefficients.columns + label]))
                }
            }
        }
        return packed
    }
}

extension Matrix {
    /// ‖x‖² of each row.
    func squaredNorms() -> [Double] {
        values.withUnsafeBufferPointer { values in
            (0 ..< rows).map { row in
                guard columns > 0 else { return 0 }
                let start = values.baseAddress! + row * columns
                return Double(RowKernels.dot(start, start, columns))
            }
        }
    }
}
