import LinearAlgebra

/// The norm of a gradient and its clipping.
public enum GradientNorm {
    /// Returns the Euclidean norm, summed in double precision over fixed pieces. It is the same for any number of
    /// workers.
    public static func of(_ gradient: [Float], workers: Workers) -> Double {
        let pieces = ParameterPiece.cut(0 ..< gradient.count)
        var sums = [Double](repeating: 0, count: pieces.count)
        gradient.withUnsafeBufferPointer { gradient in
            sums.withUnsafeMutableBufferPointer { sums in
                let (values, out) = (Source(base: gradient.baseAddress!), Target(base: sums.baseAddress!))
                workers.forEach(pieces.count) { piece, _ in
                    // Eight independent sums allow the additions to overlap.
                    var sum = SIMD8<Double>.zero
                    var index = pieces[piece].lowerBound
                    while index + 8 <= pieces[piece].upperBound {
                        let eight = SIMD8<Double>(
                            UnsafeRawPointer(values.base + index).loadUnaligned(as: SIMD8<Float>.self))
                        sum += eight * eight
                        index += 8
                    }
                    var rest = sum.sum()
                    while index < pieces[piece].upperBound {
                        rest += Double(values.base[index]) * Double(values.base[index])
                        index += 1
                    }
                    out.base[piece] = rest
                }
            }
        }
        return sums.reduce(0, +).squareRoot()
    }

    /// Returns the factor that clips a gradient of this norm to `limit`.
    ///
    /// - Source: Pascanu et al., ICML 2013, algorithm 1.
    public static func scale(norm: Double, limit: Double?) -> Double {
        guard let limit, norm > limit else { return 1 }
        return limit / norm
    }

    private struct Source: @unchecked Sendable { let base: UnsafePointer<Float> }
    private struct Target: @unchecked Sendable { let base: UnsafeMutablePointer<Double> }
}
