#pragma once
#include <stddef.h>
#include <stdint.h>

// What the classifiers spend their time in, written for the vector units of one core.
//
// The same source is compiled for AVX-512, for AVX2 and for any processor; `classifier_kernels_at` hands out the
// compiled forms and keeps no state. Every matrix is row-major and dense, every pointer may be unaligned.

typedef enum {
    CLASSIFIER_KERNELS_PORTABLE = 0,
    CLASSIFIER_KERNELS_AVX2 = 1,
    CLASSIFIER_KERNELS_AVX512 = 2,
} classifier_kernel_level;

/// The most labels that `scores` and `gradient` take at a time.
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
    /** Σ max(lower − x, 0) + max(x − upper, 0): how far x is outside of a box. */                                   \
    REAL (*box_distance)(const REAL *lower, const REAL *upper, const REAL *x, size_t n);                             \
    /** row[j] = exp(−gamma · max(0, norm + norms[j] − 2·row[j])): inner products become a radial kernel. */         \
    void (*radial)(REAL *row, double norm, const double *norms, double gamma, size_t n);                             \
    /** y[t] += a·x[t], in double precision. */                                                                     \
    void (*add_scaled_wide)(double a, const REAL *x, double *y, size_t n);                                           \
    /** e[t] += step · (a[t] − b[t]). Then what `largest_negative` and `least_negative` say of e. */                 \
    size_t (*move)(double step, const REAL *a, const REAL *b, double *e, const double *may_grow,                     \
                   const double *may_fall, size_t n, double *largest, double *least);                                \
    /** The t of greatest (largest + e[t])² / (2 − 2·row[t]) among those with largest + e[t] > 0 and                 \
        may_fall[t] = 0 (it is −∞ elsewhere); the first of equals; n when there is none. */                          \
    size_t (*second_order)(const REAL *row, const double *e, const double *may_fall, double largest, size_t n);

typedef struct { CLASSIFIER_KERNELS_OF(float) } classifier_kernels_float;
typedef struct { CLASSIFIER_KERNELS_OF(double) } classifier_kernels_double;

typedef struct {
    classifier_kernels_float of_float;
    classifier_kernels_double of_double;
    /// The greatest value of gate[t] − e[t] goes to *largest; its first place is returned (n where all are −∞).
    size_t (*largest_negative)(const double *e, const double *gate, size_t n, double *largest);
    /// The least value of −gate[t] − e[t].
    double (*least_negative)(const double *e, const double *gate, size_t n);
    /// least[p] = Σ max(lower − x, 0) + max(x − upper, 0) for p in 0 ..< count, in bytes, where lower and upper are
    /// count × n and n is a multiple of 64; most[p] likewise with 2 added to each difference before it is cut at 0,
    /// unless most is NULL.
    void (*byte_distances)(const uint8_t *lower, const uint8_t *upper, const uint8_t *x, size_t count, size_t n,
                           uint32_t *least, uint32_t *most);
    /// out[i·stride + j] = Σ left[i][k]·right[j][k], and 0 for the j between right_count and the next multiple of 16.
    /// The rows on the right are packed (row_products.h); out is aligned to 64 bytes and stride a multiple of 16.
    void (*products)(const float *left, size_t left_count, const float *right, size_t right_count, size_t columns,
                     float *out, size_t stride);
} classifier_kernels;

/// The level that this processor reaches.
classifier_kernel_level classifier_kernels_best_level(void);

/// - Returns: NULL for a level that the processor does not reach.
const classifier_kernels *classifier_kernels_at(classifier_kernel_level level);
