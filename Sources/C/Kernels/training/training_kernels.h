#pragma once

// The steps that are written once per instruction set, and what they are told.

#include "../network/network_dispatch.h"
#include "training.h"

/// Σ over pixels of a · bᵀ: rows are the channels of a, columns those of b.
typedef struct {
    const float *a, *b;
    size_t a_panel, b_panel;
    int pixels;
    int rows;       // channels of a
    int panels;     // panels of b
    float *sums;    // [panels][sums_panel], rows of 16
    size_t sums_panel;
    bool adds;      // to what is there, or overwrites
} training_outer;

/// A 3 × 3 depthwise convolution of one panel. Its input has its padding around it.
typedef struct {
    const float *input;  // the first output pixel's top left neighbour
    size_t input_row;
    int stride;
    const float *weights;  // [9][16]
    float *output;
    int rows, pixels;  // rows follow each other without a gap
} training_filtering;

/// Backward through a depthwise convolution and the ReLU6 before it.
typedef struct {
    const float *activation;  // behind that ReLU6, rows without a gap
    const float *slope;       // with its padding around it: its first pixel is (−1, −1); zeros where stride skips
    size_t slope_row;
    const float *shortcut;    // added to the slope by the activation, or NULL
    const float *weights;     // [9][16]
    float *output;            // the slope before that ReLU6
    int rows, pixels;
    int skip;                 // rows and columns with slopes, the others are zeros: 0 even, 1 odd; −1: all have them
    float *filter;            // [9][16], added to
    double *sums;             // [16], Σ output, added to
} training_filtering_backward;

typedef struct {
    void (*outer)(const training_outer *);
    void (*filter)(const training_filtering *);
    void (*filter_backward)(const training_filtering_backward *);
    /// y = clip(scale · x + shift) of one panel.
    void (*normalise_clip)(const float *x, const float *scale, const float *shift, int pixels, float *y);
    /// y = scale · x + shift (+ shortcut, unless NULL).
    void (*normalise)(
        const float *x, const float *scale, const float *shift, const float *shortcut, int pixels, float *y);
    /// y = a · slope + b · map + c.
    void (*normalise_backward)(
        const float *slope, const float *map, const float *a, const float *b, const float *c, int pixels, float *y);
    /// Back through y = clip(scale · x + shift): the slope by y is replaced by y, `out` (unless NULL) gets the slope
    /// before the clipping, and `products` gets Σ slope and Σ slope · x of that added.
    void (*clip_backward)(
        const float *x, const float *scale, const float *shift, float *slope, int pixels, float *out,
        double *products);
    /// Back through y = clip(scale · map + shift) and then as `normalise_backward`.
    void (*clip_normalise_backward)(
        const float *slope, const float *map, const float *scale, const float *shift, const float *a, const float *b,
        const float *c, int pixels, float *y);
    /// [2][16]: Σ x and Σ x², added to.
    void (*moments)(const float *x, int pixels, double *moments);
    /// The same, and x is written to y past the caches; NULL where a vector is less than one of their lines, which would
    /// be written in parts.
    void (*moments_away)(const float *x, int pixels, double *moments, float *y);
    /// [2][16]: Σ x and Σ x · y, added to.
    void (*products)(const float *x, const float *y, int pixels, double *products);
    /// mean of clip(scale · x + shift) over pixels.
    void (*pool)(const float *x, const float *scale, const float *shift, int pixels, float *means);
    /// The slope by x of that mean times `slope`, and its products with x, added to; `out` may be NULL.
    void (*pool_backward)(
        const float *x, const float *scale, const float *shift, const float *slope, int pixels, float *out,
        double *products);
    /// y[i] += x[i], count of a multiple of 16.
    void (*accumulate)(const float *x, size_t count, double *y);
    /// out[rows][16] = matrix[rows][count] · x[count][16].
    void (*multiply)(const double *matrix, int rows, int count, const double *x, double *out);
} training_kernels;

extern const training_kernels training_kernels_portable;
#if defined(__x86_64__)
extern const training_kernels training_kernels_avx2;
extern const training_kernels training_kernels_avx512;
#endif

/// The kernels of an instruction set that this machine has.
const training_kernels *training_kernels_for(network_instructions instructions);
