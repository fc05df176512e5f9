import COpenBLAS

/// A precision of matrices: `Float` or `Double`.
///
/// The product computes in `Float`. The same generic code in `Double` is compared with reference results.
public protocol MatrixScalar: BinaryFloatingPoint, SIMDScalar, Sendable, Codable {
    /// Computes C ← α·op(A)·op(B) + β·C on row-major storage (cblas_?gemm).
    static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self,
        _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self,
        _ c: UnsafeMutablePointer<Self>, _ ldc: Int)

    /// Factorizes a symmetric positive definite n × n matrix in place: lower triangle, row-major (LAPACKE_?potrf).
    ///
    /// - Returns: 0, or the order of the leading minor that is not positive definite.
    static func choleskyFactor(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int) -> Int
}

extension Float: MatrixScalar {
    public static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
        _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        BLAS.useOneThread
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
    }

    public static func choleskyFactor(_ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int) -> Int {
        BLAS.useOneThread
        return Int(LAPACKE_spotrf(LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), a, Int32(lda)))
    }
}

extension Double: MatrixScalar {
    public static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
        _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>, _ ldc: Int
    ) {
        BLAS.useOneThread
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
    }

    public static func choleskyFactor(_ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int) -> Int {
        BLAS.useOneThread
        return Int(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), a, Int32(lda)))
    }
}

/// The BLAS library in use.
public enum BLAS {
    /// Limits BLAS to one thread. `Workers` splits work over images and labels; a second level of threads would compete
    /// with them and could change the order of additions.
    @usableFromInline static let useOneThread: Void = openblas_set_num_threads(1)

    /// The kernel family that OpenBLAS selected, for example `SkylakeX`. `OPENBLAS_CORETYPE` in the environment can
    /// select a slower one.
    public static var coreName: String { String(cString: openblas_get_corename()) }

    /// The version and build options of OpenBLAS.
    public static var configuration: String { String(cString: openblas_get_config()) }
}
