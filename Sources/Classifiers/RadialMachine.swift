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

    /// The solutions of a problem's labels; a label that is all 0 or all 1 scores −1 or 1.
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

    /// Support vectors whose kernel values are held at a time.
    private static var vectorBlock: Int { RowProducts<Scalar>.mostRight }

    /// n × L values of f. Kernel values are made in the features' precision, their sums per 512 support vectors too.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func decisionValues(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double> {
        precondition(
            features.columns == supportVectors.columns,
            "\(features.columns) features for \(supportVectors.columns)")
        let labels = intercepts.count
        let expansion = Expansion(
            products: RowProducts(features, supportVectors, workers: workers),
            sampleNorms: features.squaredNorms(workers: workers),
            vectorNorms: supportVectors.squaredNorms(workers: workers), coefficients: packedCoefficients())
        var result = Matrix<Double>(rows: features.rows, columns: labels)
        result.values.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let out = buffer
            let block = RowProducts<Scalar>.leftBlock
            workers.forEach((features.rows + block - 1) / block) { piece, _ in
                for row in piece * block ..< min((piece + 1) * block, features.rows) {
                    for label in 0 ..< labels { out[row * labels + label] = intercepts[label] }
                }
                addExpansions(expansion, piece, to: out.baseAddress! + piece * block * labels)
            }
        }
        return result
    }

    /// What every piece of work reads.
    private struct Expansion: Sendable {
        let products: RowProducts<Scalar>
        let sampleNorms: [Double]
        let vectorNorms: [Double]
        /// For each block of support vectors, labels × vectors, the vectors of the last one rounded up by zeros.
        let coefficients: [Scalar]
    }

    private func addExpansions(_ expansion: Expansion, _ piece: Int, to out: UnsafeMutablePointer<Double>) {
        let labels = intercepts.count
        let start = piece * RowProducts<Scalar>.leftBlock
        let samples = start ..< min(start + RowProducts<Scalar>.leftBlock, expansion.sampleNorms.count)
        let (kernelValues, labelSums) = (
            AlignedValues<Scalar>(count: samples.count * Self.vectorBlock),
            AlignedValues<Scalar>(count: samples.count * RowKernels.labels)
        )
        let (kernel, sums) = (kernelValues.base, labelSums.base)
        expansion.coefficients.withUnsafeBufferPointer { weights in
            expansion.vectorNorms.withUnsafeBufferPointer { norms in
                for first in stride(from: 0, to: norms.count, by: Self.vectorBlock) {
                    let taken = min(Self.vectorBlock, norms.count - first)
                    let width = RowProducts<Scalar>.stride(taken)
                    expansion.products.write(piece, first ..< first + taken, to: kernel)
                    for (place, sample) in samples.enumerated() {
                        RowKernels.radial(
                            kernel + place * width, norm: expansion.sampleNorms[sample],
                            norms: norms.baseAddress! + first, gamma: gamma, taken)
                    }
                    for label in stride(from: 0, to: labels, by: RowKernels.labels) {
                        let together = min(RowKernels.labels, labels - label)
                        RowKernels.scores(
                            kernel, rows: samples.count, width,
                            weights.baseAddress! + first * labels + label * width, labels: together, sums)
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

    private func packedCoefficients() -> [Scalar] {
        var packed: [Scalar] = []
        packed.reserveCapacity(coefficients.values.count + 16 * coefficients.columns)
        for first in stride(from: 0, to: coefficients.rows, by: Self.vectorBlock) {
            let taken = min(Self.vectorBlock, coefficients.rows - first)
            for label in 0 ..< coefficients.columns {
                for vector in first ..< first + taken {
                    packed.append(Scalar(coefficients.values[vector * coefficients.columns + label]))
                }
                packed.append(contentsOf: repeatElement(0, count: RowProducts<Scalar>.stride(taken) - taken))
            }
        }
        return packed
    }
}

extension Matrix {
    /// ‖x‖² of each row.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func squaredNorms(workers: Workers) -> [Double] {
        let block = 256
        return [Double](unsafeUninitializedCapacity: rows) { buffer, initialised in
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
            initialised = rows
        }
    }
}
