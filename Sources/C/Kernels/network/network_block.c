// Runs an inverted residual block over its map: in bands of rows, and within a band panel by panel.

#pragma STDC FP_CONTRACT OFF

#include "network_dispatch.h"
#include "network_inked.h"
#include "network_projection.h"

/// The division of a block into bands. It does not affect results, because the order of every sum is unchanged.
typedef struct {
    int rows;    // of a band of the output map
    int images;  // in a band; more than one only if a band has all rows
    int bands;   // of an image
    int buffer_rows;
    size_t buffer_row;    // floats of a row of the expanded band, including one pixel of padding
    size_t buffer;        // floats of a panel of an image
    int buffered_panels;  // all if rows are kept for the next band, else two
    size_t band_panel;    // maximum floats of a panel of the depthwise result
    size_t halves_in;     // floats of a band's new split rows of the input of an image; 0 if not split
    size_t halves_out;    // floats of the split depthwise result
} band_plan;

/// The size of two panels of a band, which must stay in the L2 cache while they are read. Bands of one or two rows
/// would fit the L1 cache, but moving the rows kept for the next band costs more than that saves.
static const size_t expanded_bytes = 128 * 1024;
/// Small maps of several images are processed together until the second convolution has this many pixels.
static const int pixels_together = 196;

static int smaller(int a, int b) { return a < b ? a : b; }

static int larger(int a, int b) { return a > b ? a : b; }

static band_plan plan(const network_block *block, int images) {
    band_plan plan;
    plan.buffer_row = (size_t)(block->size + 1) * network_panel;
    const int rows_that_fit = (int)(expanded_bytes / (2 * plan.buffer_row * sizeof(float)));
    const int halo = 3 - block->stride;
    plan.rows = larger(1, smaller(block->size_out, (rows_that_fit - halo) / block->stride));
    plan.bands = (block->size_out + plan.rows - 1) / plan.rows;
    // Bands have nearly equal sizes, so that the last one is not a single row.
    plan.rows = (block->size_out + plan.bands - 1) / plan.bands;
    plan.bands = (block->size_out + plan.rows - 1) / plan.rows;
    plan.images = plan.bands == 1
        ? larger(1, smaller(images, pixels_together / (block->size_out * block->size_out)))
        : 1;
    plan.buffer_rows = plan.rows * block->stride + halo;
    plan.buffer = (size_t)plan.buffer_rows * plan.buffer_row + network_panel;
    plan.buffered_panels = plan.bands > 1 ? network_panels(block->channels_expanded) : 2;
    plan.band_panel = (size_t)plan.images * (size_t)plan.rows * (size_t)block->size_out * network_panel;
    plan.halves_in = block->expand_split ? split_floats(block->channels_in, plan.buffer_rows * block->size) : 0;
    plan.halves_out = block->project_split
        ? split_floats(block->channels_expanded, plan.images * plan.rows * block->size_out)
        : 0;
    return plan;
}

static size_t expanded_floats(const band_plan *plan) {
    return (size_t)plan->buffered_panels * (size_t)plan->images * plan->buffer;
}

size_t network_block_scratch(const network_block *block, int images) {
    const band_plan cut = plan(block, images);
    const size_t all = expanded_floats(&cut) + (size_t)network_panels(block->channels_expanded) * cut.band_panel
        + (size_t)cut.images * cut.halves_in + cut.halves_out;
    const size_t inked = network_inked_scratch(block);
    return all > inked ? all : inked;
}

/// Writes the padding columns of a panel: before the first pixel of each row, which is after the last of the previous
/// row, or only after the last.
static void pad_columns(const network_block *block, const band_plan *plan, int panel, float *buffer) {
    const size_t column = block->padding ? 0 : (size_t)block->size * network_panel;
    for (int row = 0; row < plan->buffer_rows; row++) {
        network_pad(block, panel, buffer + (size_t)row * plan->buffer_row + column, 1);
    }
    network_pad(block, panel, buffer + plan->buffer - network_panel, 1);
}

/// Computes rows [first, first + rows) of the expanded map of one image, for up to two panels from `panel` on.
static void expand(
    const network_kernels *kernels, const network_block *block, const band_plan *plan, const float *input,
    size_t input_panel, const uint16_t *halves, int panel, int panels, int first, int rows, float *expanded) {
    if (block->reads_image) {
        const size_t row = network_staged_row(block->image_size);
        const size_t border = (size_t)(1 - block->image_padding);
        kernels->convolution(&(network_convolution){
            .input = input + ((size_t)(2 * first) + border) * row + border,
            .input_row = row,
            .weights = block->expand_weights + (size_t)panel * 9 * network_panel,
            .bias = block->expand_bias + (size_t)panel * network_panel,
            .panels = panels,
            .limits = network_limits(block->expand_limits, panel),
            .output = expanded,
            .output_panel = plan->buffer * (size_t)plan->images,
            .output_row = plan->buffer_row,
            .rows = rows,
            .pixels = block->size,
        });
        return;
    }
    const size_t row = (size_t)block->size * network_panel;
    const bool split = block->expand_split != NULL;
    const network_pointwise convolution = {
        .input = input + (size_t)first * row,
        .input_panel = input_panel,
        .input_row = row,
        .weights =
            split ? NULL : block->expand_weights + (size_t)panel * (size_t)block->channels_in * network_panel,
        .bias = block->expand_bias + (size_t)panel * network_panel,
        .channels_in = block->channels_in,
        .panels = panels,
        .output = expanded,
        .output_panel = plan->buffer * (size_t)plan->images,
        .output_row = plan->buffer_row,
        .rows = rows,
        .pixels = block->size,
        .relu6 = true,
        .limits = network_limits(block->expand_limits, panel),
        .split_input = halves,
        .split_weights =
            split ? block->expand_split + network_split_count(block->channels_in, panel * network_panel) : NULL,
    };
    (split ? kernels->split->pointwise : kernels->pointwise)(&convolution);
}

/// The rows of the expanded map that a band does not share with the previous band: buffer rows `begin` to `end`
/// (`begin` ≤ `end`), and the map row of buffer row 0.
typedef struct {
    int kept, begin, end, needed, top;
} band_rows;

static band_rows new_rows(const network_block *block, int first_out, int rows_out) {
    band_rows rows;
    rows.kept = first_out == 0 ? 0 : 3 - block->stride;
    rows.needed = rows_out * block->stride + 3 - block->stride;
    rows.top = first_out * block->stride - block->padding;
    rows.begin = larger(rows.kept, -rows.top);  // those within the map
    rows.end = larger(rows.begin, smaller(rows.needed, block->size - rows.top));
    return rows;
}

/// Fills up to two panels of an image's expanded band: rows kept from the previous band, new rows and padding.
static void fill_band(
    const network_kernels *kernels, const network_block *block, const band_plan *plan, const float *input,
    size_t input_panel, const uint16_t *halves, int panel, int panels, int first_out, int rows_out,
    float *expanded) {
    const band_rows band = new_rows(block, first_out, rows_out);
    for (int p = 0; p < panels; p++) {
        float *buffer = expanded + (size_t)p * (size_t)plan->images * plan->buffer;
        __builtin_memmove(
            buffer, buffer + (size_t)(plan->rows * block->stride) * plan->buffer_row,
            (size_t)band.kept * plan->buffer_row * sizeof(float));
        const size_t row_pixels = plan->buffer_row / network_panel;
        // Bands that are whole images share their buffers between panels.
        if (first_out == 0) { pad_columns(block, plan, panel + p, buffer); }
        for (int row = band.kept; row < band.begin; row++) {
            network_pad(block, panel + p, buffer + (size_t)row * plan->buffer_row, row_pixels);
        }
        for (int row = band.end; row < band.needed; row++) {
            network_pad(block, panel + p, buffer + (size_t)row * plan->buffer_row, row_pixels);
        }
    }
    if (band.begin < band.end) {
        expand(
            kernels, block, plan, input, input_panel, halves, panel, panels, band.top + band.begin,
            band.end - band.begin,
            expanded + (size_t)band.begin * plan->buffer_row + (size_t)block->padding * network_panel);
    }
}

/// Splits the new rows of one image's input.
static void halve_input(
    const network_kernels *kernels, const network_block *block, const float *input, size_t input_panel, int first,
    int rows, uint16_t *halves) {
    const band_rows band = new_rows(block, first, rows);
    kernels->split->halve(
        input + (size_t)(band.top + band.begin) * (size_t)block->size * network_panel, input_panel,
        block->channels_in, (band.end - band.begin) * block->size, halves);
}

/// Prefetches the depthwise weights of up to two panels. They come from a distant cache, and the convolution is too
/// short to hide the latency.
static void prefetch_filters(const network_block *block, int panel, int panels) {
    const float *weights = block->depthwise_weights + (size_t)panel * 9 * network_panel;
    for (int line = 0; line < 9 * panels; line++) { __builtin_prefetch(weights + line * network_panel); }
    for (int p = 0; p < panels; p++) { __builtin_prefetch(block->depthwise_bias + (panel + p) * network_panel); }
}

/// Runs the depthwise convolution of one panel of a band of one image.
static void filter(
    const network_kernels *kernels, const network_block *block, const band_plan *plan, int panel, int rows,
    const float *expanded, float *filtered) {
    kernels->depthwise(&(network_depthwise){
        .input = expanded,
        .input_row = plan->buffer_row,
        .stride = block->stride,
        .weights = block->depthwise_weights + (size_t)panel * 9 * network_panel,
        .bias = block->depthwise_bias + (size_t)panel * network_panel,
        .limits = network_limits(block->depthwise_limits, panel),
        .output = filtered,
        .rows = rows,
        .pixels = block->size_out,
    });
}

/// Adds the residual of the first block: the map of the first convolution, which exists only in the buffers of the
/// band. `output` begins at the band. Only the narrowest networks (alpha up to 0.25) have equal numbers of channels
/// before and after the block.
static void add_first_convolution(
    const network_block *block, const band_plan *plan, const float *expanded, int images, int rows, float *output,
    size_t output_panel) {
    for (int panel = 0; panel < network_panels(block->channels_out); panel++) {
        for (int image = 0; image < images; image++) {
            const float *buffer = expanded + ((size_t)panel * (size_t)plan->images + (size_t)image) * plan->buffer;
            float *band = output + (size_t)panel * output_panel
                + (size_t)image * (size_t)rows * (size_t)block->size_out * network_panel;
            for (int row = 0; row < rows; row++) {
                // Skips the padding row and column.
                const float *source = buffer + (size_t)(row + block->padding) * plan->buffer_row
                    + (size_t)block->padding * network_panel;
                float *target = band + (size_t)row * (size_t)block->size_out * network_panel;
                for (int value = 0; value < block->size_out * network_panel; value++) target[value] += source[value];
            }
        }
    }
}

/// Runs one band: `rows` rows from `first` on, of `images` images.
static void run_band(
    const network_kernels *kernels, const network_block *block, const band_plan *plan, const float *input,
    size_t input_panel, int images, int first, int rows, float *output, size_t output_panel, float *scratch) {
    float *expanded = scratch;
    float *filtered = scratch + expanded_floats(plan);
    const int all_panels = network_panels(block->channels_expanded);
    const size_t image_in = (size_t)block->size * (size_t)block->size * network_panel;
    const size_t image_band = (size_t)rows * (size_t)block->size_out * network_panel;
    const size_t filtered_panel = (size_t)images * image_band;
    // Two halves take the space of one float.
    uint16_t *halves_in = (uint16_t *)(filtered + (size_t)all_panels * plan->band_panel);
    uint16_t *halves_out = halves_in + 2 * (size_t)plan->images * plan->halves_in;
    for (int image = 0; image < images && block->expand_split; image++) {
        halve_input(
            kernels, block, input + (size_t)image * image_in, input_panel, first, rows,
            halves_in + 2 * (size_t)image * plan->halves_in);
    }
    for (int panel = 0; panel < all_panels; panel += 2) {
        const int panels = smaller(2, all_panels - panel);
        const int slot = plan->bands > 1 ? panel : 0;
        prefetch_filters(block, panel, panels);
        for (int image = 0; image < images; image++) {
            float *buffer = expanded + ((size_t)slot * (size_t)plan->images + (size_t)image) * plan->buffer;
            fill_band(
                kernels, block, plan, input + (size_t)image * image_in, input_panel,
                halves_in + 2 * (size_t)image * plan->halves_in, panel, panels, first, rows, buffer);
            for (int p = 0; p < panels; p++) {
                filter(
                    kernels, block, plan, panel + p, rows, buffer + (size_t)p * (size_t)plan->images * plan->buffer,
                    filtered + (size_t)(panel + p) * filtered_panel + (size_t)image * image_band);
            }
        }
    }
    const size_t offset = (size_t)first * (size_t)block->size_out * network_panel;
    const network_pointwise projection = {
        .input = filtered,
        .input_panel = filtered_panel,
        .residual = block->residual && !block->reads_image ? input + offset : NULL,
        .residual_panel = input_panel,
        .output = output + offset,
        .output_panel = output_panel,
        .pixels = images * rows * block->size_out,
    };
    network_project(kernels, block, projection, halves_out);
    if (block->residual && block->reads_image) {
        add_first_convolution(block, plan, expanded, images, rows, output + offset, output_panel);
    }
}

void network_run_block(
    network_instructions instructions, const network_block *block, const float *input, int images, float *output,
    size_t output_panel, float *scratch, const network_paper *paper) {
    network_kernels kernels = *network_kernels_for(instructions);
    kernels.split = network_split_for(instructions);
    const bool reads_buffers = block->reads_image && block->residual;
    if (paper && images == 1 && !reads_buffers && network_is_mostly_paper(block, paper)) {
        network_run_inked(&kernels, block, input, output, output_panel, scratch, paper);
        return;
    }
    const band_plan cut = plan(block, images);
    const size_t image_in = (size_t)block->size * (size_t)block->size * network_panel;
    const size_t image_out = (size_t)block->size_out * (size_t)block->size_out * network_panel;
    for (int image = 0; image < images; image += cut.images) {
        for (int first = 0; first < block->size_out; first += cut.rows) {
            run_band(
                &kernels, block, &cut, input + (size_t)image * image_in, (size_t)images * image_in,
                smaller(cut.images, images - image), first, smaller(cut.rows, block->size_out - first),
                output + (size_t)image * image_out, output_panel, scratch);
        }
    }
}
