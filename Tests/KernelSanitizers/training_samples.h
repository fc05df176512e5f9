#pragma once

// Blocks with memory of exact size, filled with numbers of few bits. All products and sums are exact in float32 in any
// order, so that results must be equal.

#include "training_plain.h"

/// The initial value of results, which marks values that were not written.
static const float untouched = -77;

/// Returns a multiple of `unit` between −`steps` · `unit` and `steps` · `unit`.
static inline float coarse(uint32_t *state, int steps, float unit) {
    return (float)((int)(next_random(state) % (uint32_t)(2 * steps + 1)) - steps) * unit;
}

static inline size_t map_floats(training_map map, int channels, int pixels) {
    return (size_t)(padded(channels) / network_panel - 1) * map.panel + (size_t)pixels * network_panel;
}

static inline void clear_map(training_map map, int channels, int pixels) {
    for (size_t i = 0; i < map_floats(map, channels, pixels); i++) { map.values[i] = untouched; }
}

/// Panels are three pixels further apart than their size. The space between keeps the pattern of `room`.
static inline training_map empty_map(int channels, int pixels) {
    training_map map = {.panel = (size_t)(pixels + 3) * network_panel};
    map.values = room(map_floats(map, channels, pixels), sizeof(float), 64);
    return map;
}

static inline void fill_map(training_map map, int channels, int pixels, int steps, float unit, uint32_t *state) {
    for (int c = 0; c < padded(channels); c++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            *value_at(map, c, (size_t)pixel) = c < channels ? coarse(state, steps, unit) : 0;
        }
    }
}

static inline training_map coarse_map(int channels, int pixels, int steps, float unit, uint32_t *state) {
    const training_map map = empty_map(channels, pixels);
    fill_map(map, channels, pixels, steps, unit, state);
    return map;
}

/// Fills [⌈columns/16⌉][rows][16] with about `ones` nonzero weights per column, so that sums stay small.
static inline float *coarse_kernel(int rows, int columns, int ones, float unit, uint32_t *state) {
    float *packed = room((size_t)rows * (size_t)padded(columns), sizeof(float), 64);
    for (int c = 0; c < padded(columns); c++) {
        for (int r = 0; r < rows; r++) {
            const bool used = c < columns && next_random(state) % (uint32_t)rows < (uint32_t)ones;
            packed[(size_t)(c / network_panel * rows + r) * network_panel + (size_t)(c % network_panel)] =
                used ? coarse(state, 2, unit) : 0;
        }
    }
    return packed;
}

static inline float *coarse_coefficients(int channels, int steps, float unit, uint32_t *state) {
    float *values = room((size_t)padded(channels), sizeof(float), 64);
    for (int c = 0; c < padded(channels); c++) { values[c] = c < channels ? coarse(state, steps, unit) : 0; }
    return values;
}

typedef struct {
    int size, stride, in, expanded, out;
    bool image, residual, forgets;
} block_shape;

static inline training_block coarse_block(block_shape shape, int batch, uint32_t *state) {
    training_block block = {
        .size = shape.size, .size_out = (shape.size + shape.stride - 1) / shape.stride, .stride = shape.stride,
        .padding = shape.stride == 2 && shape.size % 2 == 0 ? 0 : 1, .channels_in = shape.in,
        .channels_expanded = shape.expanded, .channels_out = shape.out, .residual = shape.residual,
        .reads_image = shape.image, .forgets_slope = shape.forgets};
    const int pixels = batch * block.size * block.size, pixels_out = batch * block.size_out * block.size_out;
    block.input = coarse_map(shape.in, pixels, 2, 1, state);
    block.filtered = coarse_map(shape.expanded, pixels_out, 8, 1, state);
    block.projected = coarse_map(shape.out, pixels_out, 2, 1, state);
    block.output = empty_map(shape.out, pixels_out);
    block.output_slope = coarse_map(shape.out, pixels_out, 2, 1, state);
    if (!shape.forgets) { block.filtered_slope = empty_map(shape.expanded, pixels_out); }
    block.input_slope = empty_map(shape.in, pixels);
    block.projected_before = coarse_map(shape.in, pixels, 2, 1, state);
    block.expand = coarse_kernel(shape.in, shape.expanded, 6, 0.5f, state);
    block.expand_bias = coarse_coefficients(shape.expanded, 4, 0.5f, state);
    block.expand_transposed = coarse_kernel(shape.expanded, shape.in, 6, 0.5f, state);
    block.filter = coarse_kernel(9, shape.expanded, 9, 0.5f, state);
    block.filtered_scale = coarse_coefficients(shape.expanded, 2, 0.5f, state);
    block.filtered_shift = coarse_coefficients(shape.expanded, 4, 0.5f, state);
    block.projected_scale = coarse_coefficients(shape.out, 2, 0.5f, state);
    block.projected_shift = coarse_coefficients(shape.out, 4, 0.5f, state);
    block.project = coarse_kernel(shape.expanded, shape.out, 6, 0.5f, state);
    block.project_transposed = coarse_kernel(shape.out, shape.expanded, 6, 0.5f, state);
    block.filtered_by_slope = coarse_coefficients(shape.expanded, 1, 1, state);
    block.filtered_by_map = coarse_coefficients(shape.expanded, 1, 0.5f, state);
    block.filtered_constant = coarse_coefficients(shape.expanded, 2, 0.5f, state);
    block.projected_by_slope = coarse_coefficients(shape.out, 1, 1, state);
    block.projected_by_map = coarse_coefficients(shape.out, 1, 0.5f, state);
    block.projected_constant = coarse_coefficients(shape.out, 2, 0.5f, state);
    block.correction = coarse_kernel(shape.in, shape.in, 6, 0.5f, state);
    block.correction_bias = coarse_coefficients(shape.in, 4, 0.5f, state);
    const int widest = shape.expanded > shape.in ? shape.expanded : shape.in;
    float *zeros = room((size_t)padded(widest), sizeof(float), 64);
    memset(zeros, 0, (size_t)padded(widest) * sizeof(float));
    block.zeros = zeros;
    return block;
}

static inline void free_block(training_block block) {
    float *const memory[] = {
        block.input.values, block.filtered.values, block.projected.values, block.output.values,
        block.output_slope.values, block.filtered_slope.values, block.input_slope.values,
        block.projected_before.values, block.expand, block.expand_bias, block.expand_transposed, block.filter,
        block.filtered_scale, block.filtered_shift, block.projected_scale, block.projected_shift, block.project,
        block.project_transposed, block.filtered_by_slope, block.filtered_by_map, block.filtered_constant,
        block.projected_by_slope, block.projected_by_map, block.projected_constant, block.correction,
        block.correction_bias, (float *)block.zeros};
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) { free(memory[i]); }
}
