#pragma once
#include <stddef.h>
#include <stdint.h>

// The inner loops of the classifiers, for the vector units of one core.
//
// The same source is compiled for AVX-512, for AVX2 and for any processor. `classifier_kernels_at` returns the compiled
// functions and keeps no state. Matrices are row-major and dense, and pointers may be unaligned.

typedef enum {
    CLASSIFIER_KERNELS_PORTABLE = 0,
    CLASSIFIER_KERNELS_AVX2 = 1,
    CLASSIFIER_KERNELS_AVX512 = 2,
} classifier_kernel_level;

/// The maximum number of labels in one call of `scores` and `gradient`.
enum { CLASSIFIER_KERNEL_LABELS = 8 };

/// Kernels for matrices of one precision.
#define CLASSIFIER_KERNELS_OF(REAL)                                                                                  \
    /** Σ a[i]·b[i]. */                                                                                              \
    REAL (*dot)(const REAL *a, const REAL *b, size_t n);                                                             \
    /** y += a·x. */                                                                                                 \
    void (*add_scaled)(REAL a, const REAL *x, REAL *y, size_t n);                                                    \
    /** out (rows × labels) = x (rows × n) · wᵀ (labels × n), labels ≤ CLASSIFIER_KERNEL_LABELS. */                  \
    void (*scores)(const REAL *x, size_t rows, size_t n, const REAL *w, size_t labels, REAL *out);                   \
    /** g (labels × n) += rᵀ (rows × labels) · x (rows × n). */                                                      \
    void (*gradient)(const REAL *x, size_t rows, size_t n, const REAL *r, size_t labels, REAL *g);                   \
    /** Σ max(lower − x, 0) + max(x − upper, 0): the distance of x from a box. */                                    \
    REAL (*box_distance)(const REAL *lower, const REAL *upper, const REAL *x, size_t n);                             \
    /** row[j] = exp(−gamma · max(0, norm + norms[j] − 2·row[j])): a radial kernel from products. */                 \
    void (*radial)(REAL *row, double norm, const double *norms, double gamma, size_t n);                             \
    /** y[t] += a·x[t], in double precision. */                                                                     \
    void (*add_scaled_wide)(double a, const REAL *x, double *y, size_t n);                                           \
    /** e[t] += step · (a[t] − b[t]). Then returns `largest_negative` and `least_negative` of e. */                  \
    size_t (*move)(double step, const REAL *a, const REAL *b, double *e, const double *may_grow,                     \
                   const double *may_fall, size_t n, double *largest, double *least);                                \
    /** Returns the first t with the maximum of (largest + e[t])² / (2 − 2·row[t]), where                            \
        largest + e[t] > 0 and may_fall[t] = 0 (otherwise −∞); n if there is none. */                                \
    size_t (*second_order)(const REAL *row, const double *e, const double *may_fall, double largest, size_t n);

typedef struct { CLASSIFIER_KERNELS_OF(float) } classifier_kernels_float;
typedef struct { CLASSIFIER_KERNELS_OF(double) } classifier_kernels_double;

typedef struct {
    classifier_kernels_float of_float;
    classifier_kernels_double of_double;
    /// Sets *largest to the maximum of gate[t] − e[t] and returns its first index (n if all are −∞).
    size_t (*largest_negative)(const double *e, const double *gate, size_t n, double *largest);
    /// Returns the minimum of −gate[t] − e[t].
    double (*least_negative)(const double *e, const double *gate, size_t n);
    /// least[p] = Σ max(lower − x, 0) + max(x − upper, 0) over the bytes of box p, for p in 0 ..< count. lower and
    /// upper are count × n, and n is a multiple of 64. most[p] adds 2 to each difference before it is cut at 0, unless
    /// most is NULL.
    void (*byte_distances)(const uint8_t *lower, const uint8_t *upper, const uint8_t *x, size_t count, size_t n,
                           uint32_t *least, uint32_t *most);
    /// out[i·stride + j] = Σ left[i][k]·right[j][k], and 0 for j from right_count to the next multiple of 16. The rows
    /// on the right are packed (row_products.h). out is aligned to 64 bytes, and stride is a multiple of 16.
    void (*products)(const float *left, size_t left_count, const float *right, size_t right_count, size_t columns,
                     float *out, size_t stride);
} classifier_kernels;

/// Returns the highest level that this processor supports.
classifier_kernel_level classifier_kernels_best_level(void);

/// - Returns: NULL for an unsupported level.
const classifier_kernels *classifier_kernels_at(classifier_kernel_level level);
