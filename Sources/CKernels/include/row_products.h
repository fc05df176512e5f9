#pragma once

// Inner products between the rows of two matrices in single precision: the network's pointwise convolution, with rows
// for pixels and for channels.
//
// A product is summed in one order that depends on its length alone: it is the same to the bit whatever it is computed
// together with, and whichever of its rows is on the left. All packed memory and all output is aligned to 64 bytes.

#include <stddef.h>

#include "classifiers.h"

/// The most rows on the left and on the right of one call.
enum { ROW_PRODUCTS_LEFT = 128, ROW_PRODUCTS_RIGHT = 512 };

/// Floats of `count` packed rows on the left.
size_t row_products_left_size(size_t count, size_t columns);

/// Floats of `count` packed rows on the right.
size_t row_products_right_size(size_t count, size_t columns);

/// Packs count × columns values, count ≤ ROW_PRODUCTS_LEFT.
void row_products_pack_left(const float *rows, size_t count, size_t columns, float *packed);

/// Packs count × columns values; from a multiple of 16 rows on, what is packed can be given to a call by itself.
void row_products_pack_right(const float *rows, size_t count, size_t columns, float *packed);

/// out[i·stride + j] = Σ left[i][k]·right[j][k], and 0 for the j between right_count and the next multiple of 16.
///
/// - level: one that the processor reaches.
/// - stride: a multiple of 16, at least right_count.
void row_products(
    classifier_kernel_level level, const float *left, size_t left_count, const float *right, size_t right_count,
    size_t columns, float *out, size_t stride);
