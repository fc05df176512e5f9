#pragma once

// Naive implementations of the training steps: every pixel separately, in double precision, from the same maps and
// packed kernels as in `training.h`.

#include "driver.h"
#include "training.h"

static inline int padded(int channels) { return (channels + network_panel - 1) / network_panel * network_panel; }

static inline double clip(double x) { return x < 0 ? 0 : x > 6 ? 6 : x; }

/// Returns `slope` where ReLU6 of `x` has a gradient, else 0.
static inline double through_clip(double x, double slope) { return x > 0 && x < 6 ? slope : 0; }

static inline float *value_at(training_map map, int channel, size_t pixel) {
    return map.values + (size_t)(channel / network_panel) * map.panel + pixel * network_panel
        + (size_t)(channel % network_panel);
}

/// Returns a weight of a kernel packed as [panels][rows][16].
static inline double weight_at(const float *packed, int rows, int row, int column) {
    return (double)packed[((size_t)(column / network_panel) * (size_t)rows + (size_t)row) * network_panel
        + (size_t)(column % network_panel)];
}

/// out[c] = bias[c] + Σ in[r] · kernel[r][c], for all channels of whole panels.
static inline void plain_product(
    const double *in, int rows, const float *packed, const float *bias, int columns, double *out) {
    for (int c = 0; c < padded(columns); c++) {
        out[c] = bias ? (double)bias[c] : 0;
        for (int r = 0; r < rows; r++) { out[c] += in[r] * weight_at(packed, rows, r, c); }
    }
}

static inline void plain_pixel(training_map map, int channels, size_t pixel, double *out) {
    for (int c = 0; c < padded(channels); c++) { out[c] = (double)*value_at(map, c, pixel); }
}

/// Returns the map after the expansion's ReLU6, [pixels][padded channels] of one image.
static inline void plain_expanded(const training_block *block, int image, double *expanded) {
    const int pixels = block->size * block->size, wide = padded(block->channels_expanded);
    double *in = room((size_t)padded(block->channels_in), sizeof(double), 64);
    for (int pixel = 0; pixel < pixels; pixel++, expanded += wide) {
        plain_pixel(block->input, block->channels_in, (size_t)(image * pixels + pixel), in);
        plain_product(in, block->channels_in, block->expand, block->expand_bias, block->channels_expanded, expanded);
        for (int c = 0; c < wide; c++) { expanded[c] = clip(expanded[c]); }
    }
    free(in);
}

/// Returns the pixel of the expanded map that tap `tap` of an output pixel reads, or −1 for padding.
static inline int plain_source(const training_block *block, int out, int tap) {
    const int y = out / block->size_out * block->stride + tap / 3 - block->padding;
    const int x = out % block->size_out * block->stride + tap % 3 - block->padding;
    return y < 0 || x < 0 || y >= block->size || x >= block->size ? -1 : y * block->size + x;
}

/// Returns the map after the depthwise convolution, [pixels][padded channels] of one image.
static inline void plain_filtered(const training_block *block, const double *expanded, double *filtered) {
    const int wide = padded(block->channels_expanded);
    for (int out = 0; out < block->size_out * block->size_out; out++, filtered += wide) {
        for (int c = 0; c < wide; c++) { filtered[c] = 0; }
        for (int tap = 0; tap < 9; tap++) {
            const int from = plain_source(block, out, tap);
            for (int c = 0; c < wide && from >= 0; c++) {
                filtered[c] += expanded[(size_t)from * (size_t)wide + (size_t)c] * weight_at(block->filter, 9, tap, c);
            }
        }
    }
}

/// y = scale · x + shift, clipped.
static inline double plain_activation(const training_block *block, int channel, double filtered) {
    return (double)block->filtered_scale[channel] * filtered + (double)block->filtered_shift[channel];
}

/// Returns the gradient after the projection, before its normalization, of one pixel.
static inline void plain_projected_slope(const training_block *block, size_t pixel, double *slope) {
    for (int c = 0; c < padded(block->channels_out); c++) {
        slope[c] = (double)*value_at(block->output_slope, c, pixel) * (double)block->projected_by_slope[c]
            + (double)*value_at(block->projected, c, pixel) * (double)block->projected_by_map[c]
            + (double)block->projected_constant[c];
    }
}

/// Returns the gradient of one pixel of the filtered map after its normalization, from `projected_slope`.
static inline void plain_filtered_slope(
    const training_block *block, size_t pixel, const double *projected_slope, double *slope) {
    plain_product(
        projected_slope, block->channels_out, block->project_transposed, NULL, block->channels_expanded, slope);
    for (int c = 0; c < padded(block->channels_expanded); c++) {
        const double filtered = (double)*value_at(block->filtered, c, pixel);
        slope[c] = through_clip(plain_activation(block, c, filtered), slope[c]);
    }
}

/// Returns the gradient of the filtered map before its normalization, [pixels][padded channels] of one image.
static inline void plain_filter_slopes(const training_block *block, int image, double *slopes) {
    const int wide = padded(block->channels_expanded), pixels = block->size_out * block->size_out;
    double *thin = room((size_t)padded(block->channels_out), sizeof(double), 64);
    for (int out = 0; out < pixels; out++, slopes += wide) {
        const size_t pixel = (size_t)(image * pixels + out);
        if (block->forgets_slope) {
            plain_projected_slope(block, pixel, thin);
            plain_filtered_slope(block, pixel, thin, slopes);
        } else {
            plain_pixel(block->filtered_slope, block->channels_expanded, pixel, slopes);
        }
        for (int c = 0; c < wide; c++) {
            slopes[c] = slopes[c] * (double)block->filtered_by_slope[c]
                + (double)*value_at(block->filtered, c, pixel) * (double)block->filtered_by_map[c]
                + (double)block->filtered_constant[c];
        }
    }
    free(thin);
}
