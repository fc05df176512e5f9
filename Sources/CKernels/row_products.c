#include "row_products.h"

#include <string.h>

#include "network_dispatch.h"

static size_t panels_of(size_t count) { return (count + network_panel - 1) / network_panel; }

size_t row_products_left_size(size_t count, size_t columns) { return panels_of(columns) * network_panel * count; }

size_t row_products_right_size(size_t count, size_t columns) { return panels_of(count) * network_panel * columns; }

// Columns in panels of 16, one row behind the other: [⌈columns/16⌉][count][16].
void row_products_pack_left(const float *rows, size_t count, size_t columns, float *packed) {
    for (size_t first = 0; first < columns; first += network_panel) {
        const size_t taken = columns - first < network_panel ? columns - first : network_panel;
        for (size_t row = 0; row < count; row++, packed += network_panel) {
            memcpy(packed, rows + row * columns + first, taken * sizeof(float));
            memset(packed + taken, 0, (network_panel - taken) * sizeof(float));
        }
    }
}

// Rows in panels of 16, one column behind the other: [⌈count/16⌉][columns][16].
void row_products_pack_right(const float *rows, size_t count, size_t columns, float *packed) {
    for (size_t first = 0; first < count; first += network_panel, packed += columns * network_panel) {
        const size_t taken = count - first < network_panel ? count - first : network_panel;
        if (taken < network_panel) memset(packed, 0, columns * network_panel * sizeof(float));
        // A run of columns at a time, so that the lines that are written stay in the cache.
        for (size_t start = 0; start < columns; start += network_panel) {
            const size_t end = columns - start < network_panel ? columns : start + network_panel;
            for (size_t lane = 0; lane < taken; lane++) {
                const float *row = rows + (first + lane) * columns;
                for (size_t column = start; column < end; column++) packed[column * network_panel + lane] = row[column];
            }
        }
    }
}

static const network_kernels *kernels_at(classifier_kernel_level level) {
    switch (level) {
    case CLASSIFIER_KERNELS_AVX512: return network_kernels_for(network_avx512);
    case CLASSIFIER_KERNELS_AVX2: return network_kernels_for(network_avx2);
    default: return network_kernels_for(network_portable);
    }
}

void row_products(
    classifier_kernel_level level, const float *left, size_t left_count, const float *right, size_t right_count,
    size_t columns, float *out, size_t stride) {
    static const _Alignas(64) float no_bias[ROW_PRODUCTS_RIGHT] = {0};
    int32_t places[ROW_PRODUCTS_LEFT];
    for (size_t row = 0; row < left_count; row++) places[row] = (int32_t)(row * (stride / network_panel));
    const network_pointwise products = {
        .input = left,
        .input_panel = left_count * network_panel,
        .weights = right,
        .bias = no_bias,
        .channels_in = (int)columns,
        .panels = (int)panels_of(right_count),
        .output = out,
        .output_panel = network_panel,
        .rows = 1,
        .pixels = (int)left_count,
        .places = places,
    };
    kernels_at(level)->pointwise(&products);
}
