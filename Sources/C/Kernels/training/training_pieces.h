#pragma once

// The sizes in which training processes maps, and calls that its steps share.

#include "training_kernels.h"

/// The data of a step in bytes, which must stay in an L2 cache of 1 MiB next to the weights.
enum { training_cache = 384 * 1024 };
/// The maximum number of pixels whose products are summed in float32. For gray − 127.5 such a sum is exact.
enum { training_run = 256 };

/// The size in bytes from which a map leaves every cache before it is read again.
enum { training_far = 16 * 1024 * 1024 };

static inline int training_smaller(int a, int b) { return a < b ? a : b; }
static inline int training_larger(int a, int b) { return a > b ? a : b; }
static inline size_t training_panel_floats(int pixels) { return (size_t)pixels * network_panel; }

/// Returns the number of pixels of a chunk whose maps have `panels` panels in total.
static inline int training_chunk(int panels) {
    const int fit = training_cache / (panels * network_panel * (int)sizeof(float));
    return training_larger(14, training_smaller(training_run, fit));
}

static inline float *training_at(training_map map, int panel, size_t pixel) {
    return map.values + (size_t)panel * map.panel + pixel * network_panel;
}

/// Describes pixels of some panels to prefetch: at most `most`, and none from `end` on.
static inline network_soon training_soon(
    training_map map, int panel, int panels, size_t pixel, size_t end, int most) {
    if (pixel >= end) { return (network_soon){0}; }
    const size_t pixels = end - pixel;
    return (network_soon){
        .values = training_at(map, panel, pixel), .panel = map.panel, .panels = panels,
        .pixels = pixels < (size_t)most ? (int)pixels : most};
}

/// A 1 × 1 convolution of `pixels` consecutive pixels.
typedef struct {
    const float *input;
    size_t input_panel;
    int channels_in;
    const float *weights, *bias;
    int panels;
    const float *residual;
    size_t residual_panel;
    float *output;
    size_t output_panel;
    int pixels;
    bool relu6;
    const network_soon *soon;  // or NULL
} training_product;

static inline void training_multiply(network_instructions instructions, training_product p) {
    network_kernels_for(instructions)->pointwise(&(network_pointwise){
        .input = p.input,
        .input_panel = p.input_panel,
        .weights = p.weights,
        .bias = p.bias,
        .channels_in = p.channels_in,
        .panels = p.panels,
        .residual = p.residual,
        .residual_panel = p.residual_panel,
        .output = p.output,
        .output_panel = p.output_panel,
        .rows = 1,
        .pixels = p.pixels,
        .relu6 = p.relu6,
        .soon = p.soon,
    });
}

static inline void training_clear_floats(float *values, size_t count) {
    __builtin_memset(values, 0, count * sizeof(float));
}

static inline void training_clear_doubles(double *values, size_t count) {
    __builtin_memset(values, 0, count * sizeof(double));
}
