#pragma once

// The steps that are compiled once per instruction set, and their arguments.

#include "../network/network_dispatch.h"
#include "training.h"

/// Σ a · bᵀ over pixels. Rows are the channels of a, columns those of b.
typedef struct {
    const float *a, *b;
    size_t a_panel, b_panel;
    int pixels;
    int rows;       // channels of a
    int panels;     // panels of b
    float *sums;    // [panels][sums_panel], rows of 16
    size_t sums_panel;
    bool adds;      // adds to the sums instead of overwriting
} training_outer;

/// A 3 × 3 depthwise convolution of one panel. The input includes its padding.
typedef struct {
    const float *input;  // the first output pixel's top left neighbor
    size_t input_row;
    int stride;
    const float *weights;  // [9][16]
    float *output;
    int rows, pixels;  // consecutive rows
} training_filtering;

/// The backward pass of a depthwise convolution and the ReLU6 before it.
typedef struct {
    const float *activation;  // after that ReLU6, consecutive rows
    const float *slope;       // with padding: its first pixel is (−1, −1); zeros where the stride skips
    size_t slope_row;
    const float *shortcut;    // added to the gradient with respect to the activation, or NULL
    const float *weights;     // [9][16]
    float *output;            // the gradient before that ReLU6
    int rows, pixels;
    int skip;                 // rows and columns with gradients: 0 even, 1 odd, −1 all; the others are zeros
    float *filter;            // [9][16], added to
    double *sums;             // [16], Σ output, added to
} training_filtering_backward;

typedef struct {
    void (*outer)(const training_outer *);
    void (*filter)(const training_filtering *);
    void (*filter_backward)(const training_filtering_backward *);
    /// y = clip(scale · x + shift) of one panel.
    void (*normalize_clip)(const float *x, const float *scale, const float *shift, int pixels, float *y);
    /// y = scale · x + shift (+ shortcut, unless NULL).
    void (*normalize)(
        const float *x, const float *scale, const float *shift, const float *shortcut, int pixels, float *y);
    /// y = a · slope + b · map + c.
    void (*normalize_backward)(
        const float *slope, const float *map, const float *a, const float *b, const float *c, int pixels, float *y);
    /// The backward pass of y = clip(scale · x + shift). Replaces the gradient with respect to y by y, stores the
    /// gradient before the clipping in `out` (unless NULL), and adds its Σ slope and Σ slope · x to `products`.
    void (*clip_backward)(
        const float *x, const float *scale, const float *shift, float *slope, int pixels, float *out,
        double *products);
    /// The backward pass of y = clip(scale · map + shift), then `normalize_backward`.
    void (*clip_normalize_backward)(
        const float *slope, const float *map, const float *scale, const float *shift, const float *a, const float *b,
        const float *c, int pixels, float *y);
    /// Adds Σ x and Σ x² to [2][16].
    void (*moments)(const float *x, int pixels, double *moments);
    /// Does the same and writes x to y with non-temporal stores. NULL if a vector is smaller than a cache line, which
    /// would then be written in parts.
    void (*moments_away)(const float *x, int pixels, double *moments, float *y);
    /// Adds Σ x and Σ x · y to [2][16].
    void (*products)(const float *x, const float *y, int pixels, double *products);
    /// Computes the mean of clip(scale · x + shift) over pixels.
    void (*pool)(const float *x, const float *scale, const float *shift, int pixels, float *means);
    /// Computes the gradient of that mean times `slope` with respect to x, and adds its products with x. `out` may be
    /// NULL.
    void (*pool_backward)(
        const float *x, const float *scale, const float *shift, const float *slope, int pixels, float *out,
        double *products);
    /// y[i] += x[i], with count a multiple of 16.
    void (*accumulate)(const float *x, size_t count, double *y);
    /// out[rows][16] = matrix[rows][count] · x[count][16].
    void (*multiply)(const double *matrix, int rows, int count, const double *x, double *out);
} training_kernels;

extern const training_kernels training_kernels_portable;
#if defined(__x86_64__)
extern const training_kernels training_kernels_avx2;
extern const training_kernels training_kernels_avx512;
#endif

/// Returns the kernels of a supported instruction set.
const training_kernels *training_kernels_for(network_instructions instructions);
