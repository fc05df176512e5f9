#pragma once

// Inner products of the rows of two float matrices, computed by `products` of `classifier_kernels`.
//
// The order of a sum depends only on its length. A product is therefore bit-identical in any call, and symmetric in its
// two rows.

#include <stddef.h>

/// The numbers of rows on the left and of packed rows on the right with which the kernel is fastest.
enum { ROW_PRODUCTS_LEFT = 128, ROW_PRODUCTS_RIGHT = 256 };

/// Returns the number of floats of `count` packed rows.
size_t row_products_packed_size(size_t count, size_t columns);

/// Packs count × columns values for the right side. `packed` is aligned to 64 bytes.
void row_products_pack(const float *rows, size_t count, size_t columns, float *packed);
