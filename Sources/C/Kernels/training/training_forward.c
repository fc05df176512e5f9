// The forward pass of a block: filter, project, join. Statistics of the batch separate the steps.

#pragma STDC FP_CONTRACT OFF

#include "training_pieces.h"
#include "training_scratch.h"

/// Expands rows of an image into two panels with a border.
static void expand_rows(
    network_instructions instructions, const training_block *block, int image, int row, int rows, int panel,
    int panels, float *buffer, size_t buffer_panel) {
    const size_t buffer_row = training_panel_floats(block->size + 2);
    const size_t pixel = ((size_t)image * (size_t)block->size + (size_t)row) * (size_t)block->size;
    network_kernels_for(instructions)->pointwise(&(network_pointwise){
        .input = training_at(block->input, 0, pixel),
        .input_panel = block->input.panel,
        .input_row = training_panel_floats(block->size),
        .weights = block->expand + (size_t)panel * training_panel_floats(block->channels_in),
        .bias = block->expand_bias + panel * network_panel,
        .channels_in = block->channels_in,
        .panels = panels,
        .output = buffer + network_panel,
        .output_panel = buffer_panel,
        .output_row = buffer_row,
        .rows = rows,
        .pixels = block->size,
        .relu6 = true,
    });
}

void training_filter(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int all_panels = network_panels(block->channels_expanded);
    const int rows = training_filter_rows(block);
    const int halo = 3 - block->stride;
    const size_t row = training_panel_floats(block->size + 2);
    const size_t buffer_panel = (size_t)(rows * block->stride + halo) * row;
    training_clear_doubles(moments, (size_t)all_panels * 2 * network_panel);
    training_clear_floats(scratch, 2 * buffer_panel);
    // With non-temporal stores, the map is not read before it is overwritten.
    const bool away = kernels->moments_away
        && (size_t)all_panels * block->filtered.panel * sizeof(float) > training_far;
    float *near = scratch + 2 * buffer_panel;
    for (int image = first; image < first + images; image++) {
        for (int panel = 0; panel < all_panels; panel += 2) {
            const int panels = training_smaller(2, all_panels - panel);
            for (int out = 0; out < block->size_out; out += rows) {
                const int count = training_smaller(rows, block->size_out - out);
                // Rows kept from the previous call, new rows of the map, and padding.
                const int kept = out == 0 ? 0 : halo;
                const int needed = count * block->stride + halo;
                const int top = out * block->stride - block->padding;
                const int begin = training_larger(kept, -top);
                const int end = training_smaller(needed, block->size - top);
                for (int p = 0; p < panels; p++) {
                    float *buffer = scratch + (size_t)p * buffer_panel;
                    __builtin_memmove(
                        buffer, buffer + (size_t)(rows * block->stride) * row, (size_t)kept * row * sizeof(float));
                    for (int r = kept; r < begin; r++) { training_clear_floats(buffer + (size_t)r * row, row); }
                    for (int r = training_larger(begin, end); r < needed; r++) {
                        training_clear_floats(buffer + (size_t)r * row, row);
                    }
                }
                if (begin < end) {
                    expand_rows(
                        instructions, block, image, top + begin, end - begin, panel, panels,
                        scratch + (size_t)begin * row, buffer_panel);
                }
                for (int p = 0; p < panels; p++) {
                    const size_t pixel =
                        ((size_t)image * (size_t)block->size_out + (size_t)out) * (size_t)block->size_out;
                    float *output = training_at(block->filtered, panel + p, pixel);
                    kernels->filter(&(training_filtering){
                        .input = scratch + (size_t)p * buffer_panel + (1 - block->padding) * network_panel,
                        .input_row = row,
                        .stride = block->stride,
                        .weights = block->filter + (size_t)(panel + p) * 9 * network_panel,
                        .output = away ? near : output,
                        .rows = count,
                        .pixels = block->size_out,
                    });
                    double *sums = moments + (panel + p) * 2 * network_panel;
                    if (away) {
                        kernels->moments_away(near, count * block->size_out, sums, output);
                    } else {
                        kernels->moments(output, count * block->size_out, sums);
                    }
                }
            }
        }
    }
    // Non-temporal stores are weakly ordered, so a fence is needed.
    if (away) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
}

void training_project(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int panels_in = network_panels(block->channels_expanded), panels = network_panels(block->channels_out);
    const size_t image = (size_t)block->size_out * (size_t)block->size_out;
    const size_t end = (size_t)(first + images) * image;
    const int chunk = training_chunk(panels_in);
    training_clear_doubles(moments, (size_t)panels * 2 * network_panel);
    for (size_t pixel = (size_t)first * image; pixel < end; pixel += (size_t)chunk) {
        const int pixels = end - pixel < (size_t)chunk ? (int)(end - pixel) : chunk;
        for (int p = 0; p < panels_in; p++) {
            kernels->normalize_clip(
                training_at(block->filtered, p, pixel), block->filtered_scale + p * network_panel,
                block->filtered_shift + p * network_panel, pixels, scratch + (size_t)p * training_panel_floats(chunk));
        }
        // Prefetches the next chunk during the multiplication.
        const network_soon soon[network_soon_parts] = {
            training_soon(block->filtered, 0, panels_in, pixel + (size_t)pixels, end, chunk)};
        training_multiply(instructions, (training_product){
            .input = scratch, .input_panel = training_panel_floats(chunk), .channels_in = block->channels_expanded,
            .weights = block->project, .bias = block->zeros, .panels = panels,
            .output = training_at(block->projected, 0, pixel), .output_panel = block->projected.panel,
            .pixels = pixels, .soon = soon});
        for (int p = 0; p < panels; p++) {
            kernels->moments(training_at(block->projected, p, pixel), pixels, moments + p * 2 * network_panel);
        }
    }
}

/// Adds the Σ y and Σ y·yᵀ of a chunk.
///
/// - scratch: 256 floats per panel.
static void add_sums(
    const training_kernels *kernels, training_map map, int channels, size_t pixel, int pixels, float *scratch,
    double *moments, double *gram) {
    const int panels = network_panels(channels);
    const size_t tile = network_panel * network_panel;
    for (int row = 0; row < panels; row++) {
        kernels->moments(training_at(map, row, pixel), pixels, moments + row * 2 * network_panel);
        kernels->outer(&(training_outer){
            .a = training_at(map, row, pixel),
            .b = training_at(map, row, pixel),
            .a_panel = map.panel,
            .b_panel = map.panel,
            .pixels = pixels,
            .rows = network_panel,
            .panels = panels - row,
            .sums = scratch,
            .sums_panel = tile,
            .adds = false,
        });
        for (int column = row; column < panels; column++) {
            kernels->accumulate(
                scratch + (size_t)(column - row) * tile, tile, gram + (size_t)(column * panels + row) * tile);
        }
    }
}

static void clear_sums(int channels, double *moments, double *gram) {
    const size_t panels = (size_t)network_panels(channels);
    training_clear_doubles(moments, panels * 2 * network_panel);
    training_clear_doubles(gram, panels * panels * network_panel * network_panel);
}

void training_input_sums(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments, double *gram) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const size_t image = (size_t)block->size * (size_t)block->size;
    const size_t end = (size_t)(first + images) * image;
    clear_sums(block->channels_in, moments, gram);
    for (size_t pixel = (size_t)first * image; pixel < end; pixel += training_run) {
        const int pixels = end - pixel < training_run ? (int)(end - pixel) : training_run;
        add_sums(kernels, block->input, block->channels_in, pixel, pixels, scratch, moments, gram);
    }
}

void training_join(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments, double *gram) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int panels = network_panels(block->channels_out);
    const size_t image = (size_t)block->size_out * (size_t)block->size_out;
    const size_t end = (size_t)(first + images) * image;
    float *shortcut = scratch + (size_t)panels * network_panel * network_panel;
    if (gram) { clear_sums(block->channels_out, moments, gram); }
    for (size_t pixel = (size_t)first * image; pixel < end; pixel += training_run) {
        const int pixels = end - pixel < training_run ? (int)(end - pixel) : training_run;
        if (block->residual && block->reads_image) {
            training_multiply(instructions, (training_product){
                .input = training_at(block->input, 0, pixel), .input_panel = block->input.panel,
                .channels_in = block->channels_in, .weights = block->expand, .bias = block->expand_bias,
                .panels = panels, .output = shortcut, .output_panel = training_panel_floats(training_run),
                .pixels = pixels, .relu6 = true});
        }
        for (int p = 0; p < panels; p++) {
            const float *added = !block->residual ? NULL
                : block->reads_image              ? shortcut + (size_t)p * training_panel_floats(training_run)
                                                  : training_at(block->input, p, pixel);
            kernels->normalize(
                training_at(block->projected, p, pixel), block->projected_scale + p * network_panel,
                block->projected_shift + p * network_panel, added, pixels, training_at(block->output, p, pixel));
        }
        if (gram) { add_sums(kernels, block->output, block->channels_out, pixel, pixels, scratch, moments, gram); }
    }
}
