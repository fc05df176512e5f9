// Blank paper: determines the pixels of a map that ink can reach.
//
// If the receptive field of a pixel is equal to that of a blank image, padding included, its value is bit-identical to
// the blank map's: the same sums in the same order. Skipping it changes no bit.

#pragma STDC FP_CONTRACT OFF

#include "network_dispatch.h"

enum { paper = 255 };

/// Marks the columns with a marked neighbor among three. `from` has one column before the first and two after the last.
static inline __attribute__((always_inline)) void mark_columns(
    const uint8_t *restrict from, const int stride, int width, uint8_t *restrict marks) {
    for (int x = 0; x < width; x++) { marks[x] = from[x * stride] | from[x * stride + 1] | from[x * stride + 2]; }
}

/// Marks every pixel with a neighbor that is not `unmarked`. Pixels outside are padding, the same in every image.
static inline __attribute__((always_inline)) void mark(
    const uint8_t *in, const uint8_t unmarked, int size, const int stride, int padding, int size_out, uint8_t *out,
    uint8_t *columns) {
    columns[0] = columns[size + 1] = columns[size + 2] = 0;
    for (int y = 0; y < size_out; y++, out += size_out) {
        const int top = y * stride - padding;
        // A row outside is replaced by one inside, which adds no marks.
        const uint8_t *middle = in + (size_t)(top + 1) * (size_t)size;
        const uint8_t *above = top >= 0 ? middle - size : middle;
        const uint8_t *below = top + 2 < size ? middle + size : middle;
        for (int x = 0; x < size; x++) {
            columns[x + 1] = (above[x] != unmarked) | (middle[x] != unmarked) | (below[x] != unmarked);
        }
        mark_columns(columns + 1 - padding, stride, size_out, out);
    }
}

size_t network_mark_scratch(int size) { return (size_t)size + 3; }

void network_mark_image(const network_block *block, const uint8_t *gray, uint8_t *marks, uint8_t *scratch) {
    mark(gray, paper, block->image_size, 2, block->image_padding, block->size, marks, scratch);
}

void network_mark_output(const network_block *block, const uint8_t *marks, uint8_t *marks_out, uint8_t *scratch) {
    if (block->stride == 1) {
        mark(marks, 0, block->size, 1, block->padding, block->size_out, marks_out, scratch);
    } else {
        mark(marks, 0, block->size, 2, block->padding, block->size_out, marks_out, scratch);
    }
}
