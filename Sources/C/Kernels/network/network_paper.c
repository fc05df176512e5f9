// Blank paper: which pixels of a map ink can reach.
//
// A pixel of which all that its convolutions look at is as in a blank image has the value of the blank image's pixel
// in the same place: the same sums in the same order, padding included. Leaving it out changes nothing, to the last
// bit.

#pragma STDC FP_CONTRACT OFF

#include "network_dispatch.h"

enum { paper = 255 };

/// Marks the columns of which one of the three neighbours is marked; `from` has a column before the first and two
/// after the last.
static inline __attribute__((always_inline)) void mark_columns(
    const uint8_t *restrict from, const int stride, int width, uint8_t *restrict marks) {
    for (int x = 0; x < width; x++) { marks[x] = from[x * stride] | from[x * stride + 1] | from[x * stride + 2]; }
}

/// Marks every pixel with a neighbour that is not `unmarked`. What is outside is padding, the same in every image.
static inline __attribute__((always_inline)) void mark(
    const uint8_t *in, const uint8_t unmarked, int size, const int stride, int padding, int size_out, uint8_t *out,
    uint8_t *columns) {
    columns[0] = columns[size + 1] = columns[size + 2] = 0;
    for (int y = 0; y < size_out; y++, out += size_out) {
        const int top = y * stride - padding;
        // A row outside is replaced by one inside: it marks nothing more.
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

void network_mark_image(const network_block *block, const uint8_t *grey, uint8_t *marks, uint8_t *scratch) {
    mark(grey, paper, block->image_size, 2, block->image_padding, block->size, marks, scratch);
}

void network_mark_output(const network_block *block, const uint8_t *marks, uint8_t *marks_out, uint8_t *scratch) {
    if (block->stride == 1) {
        mark(marks, 0, block->size, 1, block->padding, block->size_out, marks_out, scratch);
    } else {
        mark(marks, 0, block->size, 2, block->padding, block->size_out, marks_out, scratch);
    }
}
