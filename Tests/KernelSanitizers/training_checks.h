#pragma once

// Comparison of results with expected values, shared by the checks of all steps.

#include "training_samples.h"

/// Some images in the middle of a batch. A call must not access those before and after them.
typedef struct {
    int batch, first, images;
} piece;

#define FOR_EACH_PATH(i, present) \
    for (int i = network_portable; i <= network_avx512; i++) \
        if ((present)[i])

static inline double *zeros_of(size_t count) {
    double *values = room(count, sizeof(double), 64);
    memset(values, 0, count * sizeof(double));
    return values;
}

static inline void check_doubles(const double *found, const double *expected, size_t count, const char *what, int path) {
    for (size_t i = 0; i < count; i++) {
        CHECK(found[i] == expected[i], "%s at %zu on path %d: %g, expected %g", what, i, path, found[i], expected[i]);
    }
}

/// - expected: [pixels][padded channels] of the piece. Nothing outside may have been written.
static inline void check_map(
    training_map map, int channels, int image_pixels, piece p, const double *expected, const char *what, int path) {
    const int begin = p.first * image_pixels, end = begin + p.images * image_pixels;
    for (int pixel = 0; pixel < p.batch * image_pixels; pixel++) {
        for (int c = 0; c < padded(channels); c++) {
            const double found = (double)*value_at(map, c, (size_t)pixel);
            const double wanted = pixel >= begin && pixel < end
                ? expected[(size_t)(pixel - begin) * (size_t)padded(channels) + (size_t)c]
                : (double)untouched;
            CHECK(
                found == wanted, "%s, pixel %d, channel %d on path %d: %g, expected %g", what, pixel, c, path, found,
                wanted);
        }
    }
}

/// - kernel: [⌈columns/16⌉][⌈rows/16⌉ · 16][16]. Rows beyond `rows` are ignored.
/// - expected: [rows][padded columns].
static inline void check_kernel(
    const float *kernel, int rows, int stored_rows, int columns, const double *expected, const char *what, int path) {
    for (int row = 0; row < rows; row++) {
        for (int c = 0; c < padded(columns); c++) {
            const double found = weight_at(kernel, stored_rows, row, c);
            const double wanted = expected[(size_t)row * (size_t)padded(columns) + (size_t)c];
            CHECK(
                found == wanted, "%s, row %d, column %d on path %d: %g, expected %g", what, row, c, path, found,
                wanted);
        }
    }
}

/// Adds to both sums of a channel in [panels][2][16].
static inline void add_pair(double *pairs, int channel, double first, double second) {
    double *at = pairs + (size_t)(channel / network_panel) * 2 * network_panel + (size_t)(channel % network_panel);
    at[0] += first;
    at[network_panel] += second;
}

/// Returns Σ x and Σ x² of `pixels` pixels of [padded channels].
static inline double *plain_moments(const double *map, int channels, int pixels) {
    double *pairs = zeros_of((size_t)padded(channels) * 2);
    for (int pixel = 0; pixel < pixels; pixel++) {
        for (int c = 0; c < padded(channels); c++, map++) { add_pair(pairs, c, *map, *map * *map); }
    }
    return pairs;
}

/// Returns Σ x · xᵀ as [panels][panels · 16][16], without blocks below the diagonal.
static inline double *plain_gram(const double *map, int channels, int pixels) {
    const int all = padded(channels);
    double *gram = zeros_of((size_t)all * (size_t)all);
    for (int pixel = 0; pixel < pixels; pixel++, map += all) {
        for (int c = 0; c < all; c++) {
            double *column = gram + (size_t)(c / network_panel * all) * network_panel + (size_t)(c % network_panel);
            for (int r = 0; r < (c / network_panel + 1) * network_panel; r++) {
                column[(size_t)r * network_panel] += map[r] * map[c];
            }
        }
    }
    return gram;
}

/// Memory that a call must overwrite.
static inline float *dirty_floats(size_t count) {
    float *values = room(count, sizeof(float), 64);
    for (size_t i = 0; i < count; i++) { values[i] = untouched; }
    return values;
}

static inline double *dirty_doubles(size_t count) {
    double *values = room(count, sizeof(double), 64);
    for (size_t i = 0; i < count; i++) { values[i] = (double)untouched; }
    return values;
}
