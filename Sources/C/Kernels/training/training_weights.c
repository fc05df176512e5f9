// Packing of kernels, unpacking of gradients, and the normalization of an expansion.

#pragma STDC FP_CONTRACT OFF

#include "training_kernels.h"

void training_patches(const uint8_t *gray, int size, int images, float *patches) {
    const int size_out = (size + 1) / 2;
    const int padding = size % 2;
    for (int image = 0; image < images; image++, gray += (size_t)size * (size_t)size) {
        for (int y = 0; y < size_out; y++) {
            for (int x = 0; x < size_out; x++, patches += network_panel) {
                for (int tap = 0; tap < 9; tap++) {
                    const int row = 2 * y + tap / 3 - padding, column = 2 * x + tap % 3 - padding;
                    const bool inside = row >= 0 && row < size && column >= 0 && column < size;
                    patches[tap] = inside ? (float)gray[row * size + column] - 127.5f : 0;
                }
                for (int rest = 9; rest < network_panel; rest++) { patches[rest] = 0; }
            }
        }
    }
}

void training_pack(
    const float *kernel, int rows, int columns, int panel, const float *factors, float *restrict packed) {
    const int first = panel * network_panel;
    const int count = columns - first < network_panel ? columns - first : network_panel;
    for (int row = 0; row < rows; row++, packed += network_panel) {
        const float *from = kernel + (size_t)row * (size_t)columns + first;
        if (count < network_panel) {
            for (int lane = 0; lane < count; lane++) {
                packed[lane] = factors ? from[lane] * factors[first + lane] : from[lane];
            }
            for (int lane = count; lane < network_panel; lane++) { packed[lane] = 0; }
        } else if (factors) {
            for (int lane = 0; lane < network_panel; lane++) { packed[lane] = from[lane] * factors[first + lane]; }
        } else {
            __builtin_memcpy(packed, from, network_panel * sizeof(float));
        }
    }
}

void training_pack_transposed(
    const float *kernel, int rows, int columns, int panel, const float *factors, float *packed) {
    const int first = panel * network_panel;
    const int count = rows - first < network_panel ? rows - first : network_panel;
    for (int lane = 0; lane < network_panel; lane++) {
        const float *from = kernel + (size_t)(first + lane) * (size_t)columns;
        float *to = packed + lane;
        if (lane >= count) {
            for (int column = 0; column < columns; column++) { to[(size_t)column * network_panel] = 0; }
        } else if (factors) {
            for (int column = 0; column < columns; column++) {
                to[(size_t)column * network_panel] = from[column] * factors[column];
            }
        } else {
            for (int column = 0; column < columns; column++) { to[(size_t)column * network_panel] = from[column]; }
        }
    }
}

void training_unpack(
    const float *partials, int count, size_t distance, int rows, int stored_rows, int columns, int panel, float factor,
    float *gradient) {
    const int first = panel * network_panel;
    const int lanes = columns - first < network_panel ? columns - first : network_panel;
    for (int row = 0; row < rows; row++) {
        double sums[network_panel] = {0};
        const float *from = partials + ((size_t)panel * (size_t)stored_rows + (size_t)row) * network_panel;
        for (int piece = 0; piece < count; piece++, from += distance) {
            for (int lane = 0; lane < network_panel; lane++) { sums[lane] += (double)from[lane]; }
        }
        for (int lane = 0; lane < lanes; lane++) {
            gradient[(size_t)row * (size_t)columns + (size_t)(first + lane)] = (float)(sums[lane] * (double)factor);
        }
    }
}

void training_expanded_moments(
    network_instructions instructions, const float *kernel, int rows, int columns, int panel, const double *mean,
    const double *covariance, double *weighted, double *scratch, double *means, double *variances) {
    const int first = panel * network_panel;
    for (int lane = 0; lane < network_panel; lane++) {
        means[lane] = 0;
        variances[lane] = 0;
        const int channel = first + lane;
        for (int row = 0; row < rows; row++) {
            scratch[row * network_panel + lane] =
                channel < columns ? (double)kernel[(size_t)row * (size_t)columns + (size_t)channel] : 0;
        }
    }
    training_kernels_for(instructions)->multiply(covariance, rows, rows, scratch, weighted);
    for (int row = 0; row < rows; row++) {
        for (int lane = 0; lane < network_panel; lane++) {
            const int place = row * network_panel + lane;
            means[lane] += mean[row] * scratch[place];
            variances[lane] += weighted[place] * scratch[place];
        }
    }
}

void training_correction(
    network_instructions instructions, const float *kernel, const float *transposed, int rows, int columns,
    const double *factors, const double *slopes, const double *mean, double *scratch, float *correction,
    float *bias) {
    double *wide = scratch, *matrix = scratch + (size_t)columns * network_panel;
    double total[network_panel] = {0};
    for (int column = 0; column < columns; column++) {
        for (int lane = 0; lane < network_panel; lane++) {
            const int place = column * network_panel + lane;
            wide[place] = (double)transposed[place];
            total[lane] -= wide[place] * slopes[column];
        }
    }
    enum { rows_together = 4 };
    for (int row = 0; row < rows; row += rows_together) {
        const int some = rows - row < rows_together ? rows - row : rows_together;
        for (int r = 0; r < some; r++) {
            const float *from = kernel + (size_t)(row + r) * (size_t)columns;
            for (int column = 0; column < columns; column++) {
                matrix[r * columns + column] = (double)from[column] * factors[column];
            }
        }
        double product[rows_together * network_panel];
        training_kernels_for(instructions)->multiply(matrix, some, columns, wide, product);
        for (int r = 0; r < some; r++) {
            for (int lane = 0; lane < network_panel; lane++) {
                const double value = product[r * network_panel + lane];
                correction[(row + r) * network_panel + lane] = (float)-value;
                total[lane] += mean[row + r] * value;
            }
        }
    }
    for (int lane = 0; lane < network_panel; lane++) { bias[lane] = (float)total[lane]; }
}

/// Adds up a row of packed gradients over `count` pieces, which are `distance` floats apart.
static inline __attribute__((always_inline)) void sum_pieces(
    const float *from, int count, size_t distance, double slopes[network_panel]) {
    for (int lane = 0; lane < network_panel; lane++) { slopes[lane] = 0; }
    for (int piece = 0; piece < count; piece++, from += distance) {
        for (int lane = 0; lane < network_panel; lane++) { slopes[lane] += (double)from[lane]; }
    }
}

void training_expanded_backward(
    const float *partials, int count, size_t distance, const float *kernel, int rows, int columns, int panel,
    const double *sums, const double *mean, const double *weighted, const double *means, const double *inverses,
    const double *scales, double factor, float *gradient, double *by_gamma) {
    const int first = panel * network_panel;
    const int lanes = columns - first < network_panel ? columns - first : network_panel;
    const float *from = partials + (size_t)panel * (size_t)(network_panels(rows) * network_panel) * network_panel;
    double products[network_panel] = {0}, slopes[network_panel];
    // Two passes over the rows, because each correction needs gamma's gradient, which needs all rows.
    for (int row = 0; row < rows; row++) {
        sum_pieces(from + (size_t)row * network_panel, count, distance, slopes);
        const float *weights = kernel + (size_t)row * (size_t)columns + first;
        for (int lane = 0; lane < lanes; lane++) { products[lane] += (double)weights[lane] * slopes[lane]; }
    }
    for (int lane = 0; lane < lanes; lane++) {
        const int channel = first + lane;
        by_gamma[channel] = inverses[channel] * (products[lane] - means[channel] * sums[channel]);
    }
    for (int row = 0; row < rows; row++) {
        sum_pieces(from + (size_t)row * network_panel, count, distance, slopes);
        float *to = gradient + (size_t)row * (size_t)columns + first;
        for (int lane = 0; lane < lanes && mean; lane++) {
            const int channel = first + lane;
            slopes[lane] -= mean[row] * sums[channel]
                + by_gamma[channel] * inverses[channel] * weighted[row * network_panel + lane];
        }
        for (int lane = 0; lane < lanes; lane++) { to[lane] = (float)(slopes[lane] * scales[first + lane] * factor); }
    }
}
