// Runs an inverted residual block for some pixels only.
//
// In a 1 × 1 convolution, pixels are independent. The wanted pixels of a band of rows are gathered into one dense row,
// which the kernels process with full tiles. Expanded pixels are scattered into a buffer at their positions, because
// the depthwise convolution needs neighbors. Its results are a dense row again, and the projection scatters them into
// the output.

#pragma STDC FP_CONTRACT OFF

#include "network_inked.h"

#include "network_projection.h"
#include "network_split.h"

enum {
    /// The approximate number of pixels of a band of the depthwise convolution's input.
    band_pixels = 112 * 16,
    /// The number of panels that are expanded at a time.
    panels_together = 2,
};

/// The bands of an image and the layout of their buffer. A row has one pixel of padding on both sides.
typedef struct {
    int rows;  // of a band of the output map
    int buffer_rows, buffer_row;
    size_t buffer;  // floats of a panel
    int pixels_in, pixels_out;  // maximum in a band
    int panels_in;  // of the gathered input
} inked_plan;

/// The wanted pixels of a band, in row order.
typedef struct {
    int count_in, count_out;
    int32_t *pixels_in;  // in the map before the block
    int32_t *places_in;  // in the buffer
    int32_t *pixels_out;  // in the map after the block
    int32_t *corners_out;  // in the buffer: the top left neighbor
    uint8_t *wanted;  // buffer_rows × buffer_row: 1 where a pixel is read; zeros between bands
} inked_pixels;

static int smaller(int a, int b) { return a < b ? a : b; }

static int larger(int a, int b) { return a > b ? a : b; }

static inked_plan plan(const network_block *block) {
    inked_plan plan;
    plan.rows = larger(1, smaller(block->size_out, band_pixels / (block->size * block->stride)));
    plan.buffer_rows = plan.rows * block->stride + 3 - block->stride;
    plan.buffer_row = block->size + 2;
    plan.buffer = (size_t)plan.buffer_rows * (size_t)plan.buffer_row * network_panel;
    plan.pixels_in = plan.buffer_rows * block->size;
    plan.pixels_out = plan.rows * block->size_out;
    plan.panels_in = block->reads_image ? 1 : network_panels(block->channels_in);
    return plan;
}

size_t network_inked_scratch(const network_block *block) {
    const inked_plan cut = plan(block);
    const size_t gathered = (size_t)cut.panels_in * (size_t)cut.pixels_in;
    const size_t filtered = (size_t)network_panels(block->channels_expanded) * (size_t)cut.pixels_out;
    const size_t halves_in = block->expand_split ? split_floats(block->channels_in, cut.pixels_in) : 0;
    const size_t halves_out = block->project_split ? split_floats(block->channels_expanded, cut.pixels_out) : 0;
    return panels_together * cut.buffer + (gathered + filtered) * network_panel + halves_in + halves_out;
}

size_t network_paper_scratch(const network_block *block) {
    const inked_plan cut = plan(block);
    return 2 * (size_t)(cut.pixels_in + cut.pixels_out) * sizeof(int32_t)
        + (size_t)(cut.buffer_rows * cut.buffer_row);
}

bool network_is_mostly_paper(const network_block *block, const network_paper *paper) {
    const int pixels = block->size_out * block->size_out;
    int marked = 0;
    for (int pixel = 0; pixel < pixels; pixel++) { marked += paper->marks[pixel]; }
    return marked * 10 <= pixels * 9;
}

/// Returns whether eight bytes are all zero.
static inline bool is_blank(const uint8_t *marks) {
    uint64_t eight;
    __builtin_memcpy(&eight, marks, sizeof eight);
    return eight == 0;
}

/// Appends the columns of the nonzero bytes of a row.
///
/// - columns: has space for `width` more.
static int list_columns(const uint8_t *marks, int width, int32_t *columns) {
    int count = 0, x = 0;
    for (; x + 8 <= width; x += 8) {
        if (is_blank(marks + x)) { continue; }
        // Without branches, because ink is hard to predict.
        for (int next = x; next < x + 8; next++) {
            columns[count] = next;
            count += marks[next];
        }
    }
    for (; x < width; x++) {
        if (marks[x]) { columns[count++] = x; }
    }
    return count;
}

/// Copies the blank map to output pixels that are not wanted and do not contain it yet.
///
/// - columns, lost: space for one row each.
static void restore_paper(
    const network_block *block, const network_paper *paper, float *output, size_t output_panel, int32_t *columns,
    uint8_t *restrict lost) {
    const int width = block->size_out;
    const size_t blank_panel = (size_t)width * (size_t)width * network_panel;
    for (int row = 0; row < width; row++) {
        const uint8_t *restrict stale = paper->stale + (size_t)row * (size_t)width;
        const uint8_t *restrict marks = paper->marks + (size_t)row * (size_t)width;
        for (int x = 0; x < width; x++) { lost[x] = stale[x] & ~marks[x]; }
        const int count = list_columns(lost, width, columns);
        for (int panel = 0; panel < network_panels(block->channels_out); panel++) {
            const size_t begin = (size_t)row * (size_t)width * network_panel;
            float *to = output + (size_t)panel * output_panel + begin;
            const float *from = paper->blank + (size_t)panel * blank_panel + begin;
            for (int i = 0; i < count; i++) {
                const size_t place = (size_t)columns[i] * network_panel;
                __builtin_memcpy(to + place, from + place, network_panel * sizeof(float));
            }
        }
    }
}

/// Lists the marked pixels of a band, and all pixels that their depthwise convolutions read.
static void find_pixels(
    const network_block *block, const inked_plan *plan, const uint8_t *marks, int first, int rows,
    inked_pixels *found) {
    found->count_in = found->count_out = 0;
    for (int row = 0; row < rows; row++) {
        const int begin = (first + row) * block->size_out;
        const int corner = row * block->stride * plan->buffer_row;
        int32_t *pixels = found->pixels_out + found->count_out;
        int32_t *corners = found->corners_out + found->count_out;
        const int count = list_columns(marks + begin, block->size_out, pixels);
        for (int i = 0; i < count; i++) {
            corners[i] = corner + pixels[i] * block->stride;
            pixels[i] += begin;
            for (int tap = 0; tap < 3; tap++) {
                __builtin_memset(found->wanted + corners[i] + tap * plan->buffer_row, 1, 3);
            }
        }
        found->count_out += count;
    }
    const int top = first * block->stride - block->padding;  // the map row of buffer row 0
    const int end = smaller(rows * block->stride + 3 - block->stride, block->size - top);
    for (int row = larger(0, -top); row < end; row++) {
        const int begin = row * plan->buffer_row + block->padding;
        int32_t *pixels = found->pixels_in + found->count_in;
        int32_t *places = found->places_in + found->count_in;
        const int count = list_columns(found->wanted + begin, block->size, pixels);
        for (int i = 0; i < count; i++) {
            places[i] = begin + pixels[i];
            pixels[i] += (top + row) * block->size;
        }
        found->count_in += count;
    }
    __builtin_memset(found->wanted, 0, (size_t)(plan->buffer_rows * plan->buffer_row));
}

/// Gathers the 3 × 3 image pixels of each wanted pixel of the first convolution, as nine channels.
static void gather_image(
    const network_block *block, const inked_pixels *wanted, const float *staged, float *gathered) {
    const size_t row = network_staged_row(block->image_size);
    const size_t border = (size_t)(1 - block->image_padding);
    for (int i = 0; i < wanted->count_in; i++, gathered += network_panel) {
        const size_t y = (size_t)(wanted->pixels_in[i] / block->size), x = (size_t)(wanted->pixels_in[i] % block->size);
        const float *from = staged + (2 * y + border) * row + border + 2 * x;
        for (size_t tap = 0; tap < 3; tap++) {
            __builtin_memcpy(gathered + 3 * tap, from + tap * row, 3 * sizeof(float));
        }
    }
}

/// Gathers the wanted pixels of a map, panel by panel.
static void gather_map(
    const network_block *block, const inked_pixels *wanted, const float *input, float *gathered) {
    const size_t input_panel = (size_t)block->size * (size_t)block->size * network_panel;
    for (int panel = 0; panel < network_panels(block->channels_in); panel++, input += input_panel) {
        for (int i = 0; i < wanted->count_in; i++, gathered += network_panel) {
            __builtin_memcpy(
                gathered, input + (size_t)wanted->pixels_in[i] * network_panel, network_panel * sizeof(float));
        }
    }
}

/// Expands the wanted pixels for two panels and scatters them into the buffer. The first convolution is a 1 × 1
/// convolution over nine gathered pixels.
static void expand(
    const network_kernels *kernels, const network_block *block, const inked_plan *plan, const inked_pixels *wanted,
    int panel, int panels, const float *gathered, const uint16_t *halves, float *buffer) {
    const int channels_in = block->reads_image ? 9 : block->channels_in;
    const bool split = block->expand_split != NULL;
    const network_pointwise convolution = {
        .input = gathered,
        .input_panel = (size_t)wanted->count_in * network_panel,
        .weights = split ? NULL : block->expand_weights + (size_t)panel * (size_t)channels_in * network_panel,
        .bias = block->expand_bias + (size_t)panel * network_panel,
        .channels_in = channels_in,
        .panels = panels,
        .output = buffer,
        .output_panel = plan->buffer,
        .rows = 1,
        .pixels = wanted->count_in,
        .places = wanted->places_in,
        .relu6 = true,
        .limits = network_limits(block->expand_limits, panel),
        .split_input = halves,
        .split_weights = split ? block->expand_split + network_split_count(channels_in, panel * network_panel) : NULL,
    };
    (split ? kernels->split->pointwise : kernels->pointwise)(&convolution);
}

static void filter(
    const network_kernels *kernels, const network_block *block, const inked_plan *plan, const inked_pixels *wanted,
    int panel, const float *buffer, float *filtered) {
    kernels->depthwise(&(network_depthwise){
        .input = buffer,
        .input_row = (size_t)plan->buffer_row * network_panel,
        .stride = block->stride,
        .weights = block->depthwise_weights + (size_t)panel * 9 * network_panel,
        .bias = block->depthwise_bias + (size_t)panel * network_panel,
        .limits = network_limits(block->depthwise_limits, panel),
        .output = filtered,
        .rows = 1,
        .pixels = wanted->count_out,
        .places = wanted->corners_out,
    });
}

/// Writes the padding of a band: a column on both sides, and the rows outside the map.
static void pad(
    const network_block *block, const inked_plan *plan, int panel, int panels, int first, int rows, float *buffer) {
    const int top = first * block->stride - block->padding;
    for (int p = 0; p < panels; p++) {
        float *to = buffer + (size_t)p * plan->buffer;
        for (int row = 0; row < rows * block->stride + 3 - block->stride; row++) {
            if (top + row < 0 || top + row >= block->size) {
                network_pad(block, panel + p, to, (size_t)plan->buffer_row);
            } else {
                network_pad(block, panel + p, to, 1);
                network_pad(block, panel + p, to + (size_t)(block->padding + block->size) * network_panel, 1);
            }
            to += (size_t)plan->buffer_row * network_panel;
        }
    }
}

void network_run_inked(
    const network_kernels *kernels, const network_block *block, const float *input, float *output,
    size_t output_panel, float *scratch, const network_paper *paper) {
    const inked_plan cut = plan(block);
    inked_pixels wanted = {.pixels_in = paper->scratch};
    wanted.places_in = wanted.pixels_in + cut.pixels_in;
    wanted.pixels_out = wanted.places_in + cut.pixels_in;
    wanted.corners_out = wanted.pixels_out + cut.pixels_out;
    wanted.wanted = (uint8_t *)(wanted.corners_out + cut.pixels_out);
    float *buffer = scratch;
    float *gathered = buffer + panels_together * cut.buffer;
    float *filtered = gathered + (size_t)cut.panels_in * (size_t)cut.pixels_in * network_panel;
    const int all_panels = network_panels(block->channels_expanded);
    uint16_t *halves_in = (uint16_t *)(filtered + (size_t)all_panels * (size_t)cut.pixels_out * network_panel);
    uint16_t *halves_out =
        halves_in + 2 * (block->expand_split ? split_floats(block->channels_in, cut.pixels_in) : 0);

    restore_paper(block, paper, output, output_panel, wanted.pixels_out, wanted.wanted);
    __builtin_memset(wanted.wanted, 0, (size_t)(cut.buffer_rows * cut.buffer_row));
    for (int first = 0; first < block->size_out; first += cut.rows) {
        const int rows = smaller(cut.rows, block->size_out - first);
        find_pixels(block, &cut, paper->marks, first, rows, &wanted);
        if (wanted.count_out == 0) { continue; }
        if (block->reads_image) {
            gather_image(block, &wanted, input, gathered);
        } else {
            gather_map(block, &wanted, input, gathered);
        }
        if (block->expand_split) {
            kernels->split->halve(
                gathered, (size_t)wanted.count_in * network_panel, block->channels_in, wanted.count_in, halves_in);
        }
        const size_t filtered_panel = (size_t)wanted.count_out * network_panel;
        for (int panel = 0; panel < all_panels; panel += panels_together) {
            const int panels = smaller(panels_together, all_panels - panel);
            pad(block, &cut, panel, panels, first, rows, buffer);
            expand(kernels, block, &cut, &wanted, panel, panels, gathered, halves_in, buffer);
            for (int p = 0; p < panels; p++) {
                filter(
                    kernels, block, &cut, &wanted, panel + p, buffer + (size_t)p * cut.buffer,
                    filtered + (size_t)(panel + p) * filtered_panel);
            }
        }
        const network_pointwise projection = {
            .input = filtered,
            .input_panel = filtered_panel,
            .residual = block->residual ? input : NULL,
            .residual_panel = (size_t)block->size * (size_t)block->size * network_panel,
            .output = output,
            .output_panel = output_panel,
            .pixels = wanted.count_out,
            .places = wanted.pixels_out,
        };
        network_project(kernels, block, projection, halves_out);
    }
}
