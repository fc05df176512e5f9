// Blank paper: which pixels of a map cannot be anything but what paper makes of them.
//
// A pixel of which all that its convolutions look at is paper, and nothing is padding, has one known value: the same
// sums in the same order as those of any other such pixel. Leaving it out changes nothing, to the last bit.

#include "network_paper.h"

#include "network_kernels.h"

enum {
    paper = 255,
    /// Gaps between computed pixels of a row that are closed: short tiles cost as much as longer ones.
    short_gap = 6,
};

/// Marks the columns whose three neighbours in `from`, which has a column before the first and one after the last,
/// are not all unmarked.
static void mark_columns(const uint8_t *from, int first, int stride, int width, uint8_t *marks) {
    for (int x = 0; x < width; x++) {
        const uint8_t *tap = from + first + x * stride;
        marks[x] = tap[0] | tap[1] | tap[2];
    }
}

/// Marks every pixel of which a neighbour is marked or outside.
static void mark(
    const uint8_t *in, uint8_t unmarked, int size, int stride, int padding, int size_out, uint8_t *out,
    uint8_t *columns) {
    columns[0] = columns[size + 1] = 1;
    for (int y = 0; y < size_out; y++, out += size_out) {
        const int top = y * stride - padding;
        if (top < 0 || top + 2 >= size) {
            __builtin_memset(out, 1, (size_t)size_out);
            continue;
        }
        const uint8_t *row = in + (size_t)top * (size_t)size;
        for (int x = 0; x < size; x++) {
            columns[x + 1] = (row[x] != unmarked) | (row[x + size] != unmarked) | (row[x + 2 * size] != unmarked);
        }
        mark_columns(columns, 1 - padding, stride, size_out, out);
    }
}

void network_mark_image(const network_block *block, const uint8_t *grey, uint8_t *marks, uint8_t *scratch) {
    mark(grey, paper, block->image_size, 2, block->image_padding, block->size, marks, scratch);
}

void network_mark_output(const network_block *block, const uint8_t *marks, uint8_t *marks_out, uint8_t *scratch) {
    mark(marks, 0, block->size, block->stride, block->padding, block->size_out, marks_out, scratch);
}

size_t network_paper_scratch(const network_block *block) {
    const size_t work = (size_t)block->size * (size_t)block->size + (size_t)block->size_out * (size_t)block->size_out;
    const int widest = block->reads_image ? block->image_size : block->size;
    const size_t columns = (size_t)widest + 2;
    return work > columns ? work : columns;
}

/// Copies marks and closes short gaps in every row.
///
/// - Returns: the marked pixels.
static int close_gaps(const uint8_t *marks, int size, uint8_t *closed) {
    int count = 0;
    for (int y = 0; y < size; y++, marks += size, closed += size) {
        __builtin_memset(closed, 0, (size_t)size);
        int first, end = 0, last_end = -size;
        while (network_next_span(marks, size, &first, &end)) {
            const int begin = first - last_end <= short_gap ? last_end : first;
            __builtin_memset(closed + begin, 1, (size_t)(end - begin));
            count += end - begin;
            last_end = end;
        }
    }
    return count;
}

bool network_plan_work(const network_block *block, const network_paper *paper, network_work *work) {
    const int pixels = block->size_out * block->size_out;
    uint8_t *filtered = paper->scratch;
    uint8_t *expanded = paper->scratch + pixels;
    const int computed = close_gaps(paper->marks, block->size_out, filtered);
    if (computed * 10 > pixels * 9) { return false; }
    __builtin_memset(expanded, 0, (size_t)block->size * (size_t)block->size);
    for (int y = 0; y < block->size_out; y++) {
        int first, end = 0;
        while (network_next_span(filtered + (size_t)y * (size_t)block->size_out, block->size_out, &first, &end)) {
            int left = first * block->stride - block->padding;
            int right = (end - 1) * block->stride - block->padding + 3;
            left = left < 0 ? 0 : left;
            right = right > block->size ? block->size : right;
            for (int tap = 0; tap < 3; tap++) {
                const int row = y * block->stride - block->padding + tap;
                if (row < 0 || row >= block->size) { continue; }
                __builtin_memset(expanded + (size_t)row * (size_t)block->size + left, 1, (size_t)(right - left));
            }
        }
    }
    *work = (network_work){.filtered = filtered, .expanded = expanded};
    return true;
}

void network_fill_paper(
    const network_block *block, const network_paper *paper, const network_work *work, float *output,
    size_t output_panel) {
    const int pixels = block->size_out * block->size_out;
    for (int panel = 0; panel < network_panels(block->channels_out); panel++) {
        float *to = output + (size_t)panel * output_panel;
        const float *value = paper->value + panel * network_panel;
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (!work->filtered[pixel]) {
                __builtin_memcpy(to + (size_t)pixel * network_panel, value, network_panel * sizeof(float));
            }
        }
    }
}
