#pragma once

// Checks patches, packing, and the normalization of an expansion.

#include "training_checks.h"

static void check_patches(void) {
    uint32_t state = 1;
    for (int size = 1; size <= 12; size++) {
        const int images = 2, out = (size + 1) / 2, padding = size % 2;
        uint8_t *gray = room((size_t)(images * size * size), 1, 1);
        for (int i = 0; i < images * size * size; i++) { gray[i] = (uint8_t)next_random(&state); }
        float *patches = dirty_floats((size_t)(images * out * out) * network_panel);
        training_patches(gray, size, images, patches);
        for (int i = 0; i < images * out * out * network_panel; i++) {
            const int tap = i % network_panel, place = i / network_panel, image = place / (out * out);
            const int row = 2 * (place / out % out) + tap / 3 - padding, column = 2 * (place % out) + tap % 3 - padding;
            const bool inside = tap < 9 && row >= 0 && row < size && column >= 0 && column < size;
            const double expected = inside ? gray[(image * size + row) * size + column] - 127.5 : 0;
            const double found = (double)patches[i];
            CHECK(found == expected, "patch %d of size %d, tap %d: %g, expected %g", place, size, tap, found, expected);
        }
        free(gray), free(patches);
    }
}

/// Packs and unpacks a kernel of [rows][columns].
static void check_packed(int rows, int columns, bool scaled, uint32_t *state) {
    float *kernel = room((size_t)(rows * columns), sizeof(float), sizeof(float));
    for (int i = 0; i < rows * columns; i++) { kernel[i] = coarse(state, 8, 0.25f); }
    float *factors = scaled ? room((size_t)columns, sizeof(float), sizeof(float)) : NULL;
    for (int c = 0; c < columns && scaled; c++) { factors[c] = coarse(state, 4, 0.5f); }
    enum { pieces = 3 };
    const int stored = rows + 2;
    const size_t distance = (size_t)(stored * padded(columns)) + 5;
    float *partials = dirty_floats((pieces - 1) * distance + (size_t)(stored * padded(columns)));
    for (size_t i = 0; i < (pieces - 1) * distance + (size_t)(stored * padded(columns)); i++) {
        partials[i] = coarse(state, 8, 0.25f);
    }
    float *gradient = dirty_floats((size_t)(rows * columns));
    for (int panel = 0; panel < padded(columns) / network_panel; panel++) {
        float *packed = dirty_floats((size_t)(rows * network_panel));
        training_pack(kernel, rows, columns, panel, factors, packed);
        training_unpack(partials, pieces, distance, rows, stored, columns, panel, 0.5f, gradient);
        for (int i = 0; i < rows * network_panel; i++) {
            const int row = i / network_panel, c = panel * network_panel + i % network_panel;
            const float factor = scaled && c < columns ? factors[c] : 1;
            const float expected = c < columns ? kernel[row * columns + c] * factor : 0;
            CHECK(packed[i] == expected, "packed row %d, column %d: %g", row, c, (double)packed[i]);
            if (c >= columns) { continue; }
            double sum = 0;
            for (int k = 0; k < pieces; k++) { sum += 0.5 * weight_at(partials + (size_t)k * distance, stored, row, c); }
            const double found = (double)gradient[row * columns + c];
            CHECK(found == sum, "gradient of row %d, column %d: %g, expected %g", row, c, found, sum);
        }
        free(packed);
    }
    for (int panel = 0; panel < padded(rows) / network_panel; panel++) {
        float *packed = dirty_floats((size_t)(columns * network_panel));
        training_pack_transposed(kernel, rows, columns, panel, factors, packed);
        for (int i = 0; i < columns * network_panel; i++) {
            const int c = i / network_panel, row = panel * network_panel + i % network_panel;
            const float expected = row < rows ? kernel[row * columns + c] * (scaled ? factors[c] : 1) : 0;
            CHECK(packed[i] == expected, "transposed row %d, column %d: %g", row, c, (double)packed[i]);
        }
        free(packed);
    }
    free(kernel), free(factors), free(partials), free(gradient);
}

static void check_packing(void) {
    uint32_t state = 1;
    static const int counts[] = {1, 9, 15, 16, 17, 33, 64};
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < 7; j++) { check_packed(counts[i], counts[j], (i + j) % 2 == 0, &state); }
    }
}

static double *coarse_doubles(size_t count, int steps, float unit, uint32_t *state) {
    double *values = room(count, sizeof(double), sizeof(double));
    for (size_t i = 0; i < count; i++) { values[i] = (double)coarse(state, steps, unit); }
    return values;
}

/// Checks the moments after an expansion of `rows` channels to `columns`, and the gradient.
static void check_expansion(network_instructions path, int rows, int columns, bool frozen, uint32_t *state) {
    enum { pieces = 3 };
    const int wide = padded(columns), stored = padded(rows);
    const size_t distance = (size_t)(stored * wide) + 7;
    float *kernel = room((size_t)(rows * columns), sizeof(float), sizeof(float));
    for (int i = 0; i < rows * columns; i++) { kernel[i] = coarse(state, 4, 0.5f); }
    double *mean = coarse_doubles((size_t)rows, 4, 0.5f, state);
    double *covariance = coarse_doubles((size_t)(rows * rows), 4, 0.5f, state);
    double *sums = coarse_doubles((size_t)columns, 8, 0.5f, state);
    double *means = coarse_doubles((size_t)columns, 4, 0.5f, state);
    double *inverses = coarse_doubles((size_t)columns, 4, 0.5f, state);
    double *scales = coarse_doubles((size_t)columns, 4, 0.5f, state);
    float *partials = dirty_floats((pieces - 1) * distance + (size_t)(stored * wide));
    for (size_t i = 0; i < (pieces - 1) * distance + (size_t)(stored * wide); i++) {
        partials[i] = coarse(state, 8, 0.25f);
    }
    float *gradient = dirty_floats((size_t)(rows * columns));
    double *by_gamma = dirty_doubles((size_t)columns);
    double *scratch = dirty_doubles((size_t)(rows * network_panel));
    double *weighted = dirty_doubles((size_t)(rows * network_panel));
    for (int panel = 0; panel < wide / network_panel; panel++) {
        double found[2][network_panel];
        training_expanded_moments(
            path, kernel, rows, columns, panel, mean, covariance, weighted, scratch, found[0], found[1]);
        training_expanded_backward(
            partials, pieces, distance, kernel, rows, columns, panel, sums, frozen ? NULL : mean,
            frozen ? NULL : weighted, means, inverses, scales, 0.5, gradient, by_gamma);
        for (int lane = 0; lane < network_panel; lane++) {
            const int c = panel * network_panel + lane;
            double expected[2] = {0, 0}, gamma = 0;
            double *turned = zeros_of((size_t)rows), *slopes = zeros_of((size_t)rows);
            for (int r = 0; r < rows && c < columns; r++) {
                const double weight = (double)kernel[r * columns + c];
                for (int k = 0; k < rows; k++) { turned[r] += covariance[r * rows + k] * (double)kernel[k * columns + c]; }
                for (int k = 0; k < pieces; k++) { slopes[r] += weight_at(partials + (size_t)k * distance, stored, r, c); }
                expected[0] += mean[r] * weight;
                expected[1] += turned[r] * weight;
                gamma += weight * slopes[r];
            }
            CHECK(
                found[0][lane] == expected[0] && found[1][lane] == expected[1],
                "moments of expanded channel %d on path %d: %g and %g, expected %g and %g", c, (int)path,
                found[0][lane], found[1][lane], expected[0], expected[1]);
            for (int r = 0; r < rows; r++) {
                CHECK(weighted[r * network_panel + lane] == turned[r], "covariance · kernel, row %d, column %d", r, c);
            }
            if (c < columns) {
                gamma = inverses[c] * (gamma - means[c] * sums[c]);
                CHECK(by_gamma[c] == gamma, "gradient by gamma %d: %g, expected %g", c, by_gamma[c], gamma);
            }
            for (int r = 0; r < rows && c < columns; r++) {
                const double taken = frozen ? 0 : mean[r] * sums[c] + gamma * inverses[c] * turned[r];
                const double wanted = (slopes[r] - taken) * scales[c] * 0.5, is = (double)gradient[r * columns + c];
                CHECK(is == wanted, "gradient behind an expansion, row %d, column %d: %g, expected %g", r, c, is, wanted);
            }
            free(turned), free(slopes);
        }
    }
    free(kernel), free(mean), free(covariance), free(sums), free(means), free(inverses), free(scales), free(partials);
    free(gradient), free(by_gamma), free(scratch), free(weighted);
}

/// Checks the correction by an expansion's normalization: M = W diag(factors) Wᵀ and its constant.
static void check_correction(network_instructions path, int rows, int columns, uint32_t *state) {
    float *kernel = room((size_t)(rows * columns), sizeof(float), sizeof(float));
    float *folded = room((size_t)(rows * columns), sizeof(float), sizeof(float));
    for (int i = 0; i < rows * columns; i++) { kernel[i] = coarse(state, 4, 0.5f), folded[i] = coarse(state, 4, 0.5f); }
    double *factors = coarse_doubles((size_t)columns, 4, 0.5f, state);
    double *slopes = coarse_doubles((size_t)columns, 4, 0.5f, state);
    double *mean = coarse_doubles((size_t)rows, 4, 0.5f, state);
    double *scratch = dirty_doubles((size_t)(columns * (network_panel + 4)));
    float *transposed = dirty_floats((size_t)(columns * network_panel));
    float *correction = dirty_floats((size_t)(rows * network_panel));
    for (int panel = 0; panel < padded(rows) / network_panel; panel++) {
        float bias[network_panel];
        training_pack_transposed(folded, rows, columns, panel, NULL, transposed);
        training_correction(
            path, kernel, transposed, rows, columns, factors, slopes, mean, scratch, correction, bias);
        for (int lane = 0; lane < network_panel; lane++) {
            const int to = panel * network_panel + lane;
            double constant = 0;
            for (int c = 0; c < columns && to < rows; c++) { constant -= (double)folded[to * columns + c] * slopes[c]; }
            for (int r = 0; r < rows; r++) {
                double product = 0;
                for (int c = 0; c < columns && to < rows; c++) {
                    product += (double)kernel[r * columns + c] * factors[c] * (double)folded[to * columns + c];
                }
                constant += mean[r] * product;
                const double found = (double)correction[r * network_panel + lane];
                CHECK(found == -product, "correction from %d to %d: %g, expected %g", r, to, found, -product);
            }
            CHECK((double)bias[lane] == constant, "correction's bias %d: %g", to, (double)bias[lane]);
        }
    }
    free(kernel), free(folded), free(factors), free(slopes), free(mean), free(scratch), free(transposed);
    free(correction);
}

static void check_expansions(network_instructions path) {
    uint32_t state = 1;
    static const int thin[] = {1, 9, 16, 18, 40}, wide[] = {6, 16, 54, 96, 131};
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            check_expansion(path, thin[i], wide[j], (i + j) % 2 == 1, &state);
            check_correction(path, thin[i], wide[j], &state);
        }
    }
}
