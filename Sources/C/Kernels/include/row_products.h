#pragma once

// Inner products between the rows of two matrices in single precision; they are computed by `products` of
// `classifier_kernels`.
//
// A product is summed in one order that depends on its length alone: it is the same to the bit whatever it is computed
// together with, and whichever of its rows is on the left.

#include <stddef.h>

/// Rows of a block on the left and of a packed block on the right with which the kernel is fastest.
enum { ROW_PRODUCTS_LEFT = 128, ROW_PRODUCTS_RIGHT = 256 };

/// Floats of `count` packed rows.
size_t row_products_packed_size(size_t count, size_t columns);

/// Packs count × columns values for the right side; `packed` is aligned to 64 bytes.
void row_products_pack(const float *rows, size_t count, size_t columns, float *packed);
