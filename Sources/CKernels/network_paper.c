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
static inline __attribute__((always_inline)) void mark_columns(
    const uint8_t *restrict from, const int stride, int width, uint8_t *restrict marks) {
    for (int x = 0; x < width; x++) { marks[x] = from[x * stride] | from[x * stride + 1] | from[x * stride + 2]; }
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
        if (stride == 1) {
            mark_columns(columns + 1 - padding, 1, size_out, out);
        } else {
            mark_columns(columns + 1 - padding, 2, size_out, out);
        }
    }
}

void network_mark_image(const network_block *block, const uint8_t *grey, uint8_t *marks, uint8_t *scratch) {
    mark(grey, paper, block->image_size, 2, block->image_padding, block->size, marks, scratch);
}

void network_mark_output(const network_block *block, const uint8_t *marks, uint8_t *marks_out, uint8_t *scratch) {
    mark(marks, 0, block->size, block->stride, block->padding, block->size_out, marks_out, scratch);
}

/// Spans that a row of so many pixels can have, and the empty one behind them.
static int spans_of_row(int size) { return size / 2 + 2; }

/// Bytes of the marks of both maps, so that spans can follow.
static size_t marks_bytes(const network_block *block) {
    const size_t bytes =
        (size_t)block->size * (size_t)block->size + (size_t)block->size_out * (size_t)block->size_out;
    return (bytes + sizeof(network_span) - 1) / sizeof(network_span) * sizeof(network_span);
}

size_t network_paper_scratch(const network_block *block) {
    const size_t spans = (size_t)block->size * (size_t)spans_of_row(block->size)
        + (size_t)block->size_out * (size_t)spans_of_row(block->size_out);
    const size_t work = marks_bytes(block) + spans * sizeof(network_span);
    const size_t columns = (size_t)(block->reads_image ? block->image_size : block->size) + 2;
    return work > columns ? work : columns;
}

/// The next run of ones in a row of marks from `*end` on.
static bool next_run(const uint8_t *marks, int width, int *first, int *end) {
    int x = *end;
    while (x < width && !marks[x]) { x++; }
    *first = x;
    while (x < width && marks[x]) { x++; }
    *end = x;
    return *first < x;
}

/// The marks of a map as rows of spans.
static void find_spans(const uint8_t *marks, int size, network_span *spans) {
    for (int y = 0; y < size; y++, marks += size, spans += spans_of_row(size)) {
        network_span *span = spans;
        int first, end = 0;
        while (next_run(marks, size, &first, &end)) {
            *span++ = (network_span){.first = (uint16_t)first, .end = (uint16_t)end};
        }
        *span = (network_span){0, 0};
    }
}

/// Copies marks and closes short gaps in every row.
///
/// - Returns: the marked pixels.
static int close_gaps(const uint8_t *marks, int size, uint8_t *closed) {
    int count = 0;
    for (int y = 0; y < size; y++, marks += size, closed += size) {
        __builtin_memset(closed, 0, (size_t)size);
        int first, end = 0, last_end = -size;
        while (next_run(marks, size, &first, &end)) {
            const int begin = first - last_end <= short_gap ? last_end : first;
            __builtin_memset(closed + begin, 1, (size_t)(end - begin));
            count += end - begin;
            last_end = end;
        }
    }
    return count;
}

/// Marks every pixel of the expanded map that a filtered one looks at.
static void mark_expanded(const network_block *block, const network_work *work, uint8_t *expanded) {
    __builtin_memset(expanded, 0, (size_t)block->size * (size_t)block->size);
    for (int y = 0; y < block->size_out; y++) {
        for (const network_span *span = work->filtered + y * work->filtered_row; span->end > 0; span++) {
            int left = span->first * block->stride - block->padding;
            int right = (span->end - 1) * block->stride - block->padding + 3;
            left = left < 0 ? 0 : left;
            right = right > block->size ? block->size : right;
            for (int tap = 0; tap < 3; tap++) {
                const int row = y * block->stride - block->padding + tap;
                if (row < 0 || row >= block->size) { continue; }
                __builtin_memset(expanded + (size_t)row * (size_t)block->size + left, 1, (size_t)(right - left));
            }
        }
    }
}

bool network_plan_work(const network_block *block, const network_paper *paper, network_work *work) {
    const int pixels = block->size_out * block->size_out;
    uint8_t *filtered = paper->scratch;
    uint8_t *expanded = paper->scratch + pixels;
    const int computed = close_gaps(paper->marks, block->size_out, filtered);
    if (computed * 10 > pixels * 9) { return false; }
    network_span *filtered_spans = (network_span *)(void *)(paper->scratch + marks_bytes(block));
    network_span *expanded_spans = filtered_spans + block->size_out * spans_of_row(block->size_out);
    *work = (network_work){
        .marks = filtered,
        .filtered = filtered_spans,
        .expanded = expanded_spans,
        .filtered_row = spans_of_row(block->size_out),
        .expanded_row = spans_of_row(block->size),
    };
    find_spans(filtered, block->size_out, filtered_spans);
    mark_expanded(block, work, expanded);
    find_spans(expanded, block->size, expanded_spans);
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
            if (!work->marks[pixel]) {
                __builtin_memcpy(to + (size_t)pixel * network_panel, value, network_panel * sizeof(float));
            }
        }
    }
}
