// The backward pass of a block: projection, then depthwise convolution and expansion, then the correction by the
// expansion's normalization. Sums over the batch separate the steps.

#pragma STDC FP_CONTRACT OFF

#include "training_pieces.h"
#include "training_scratch.h"

void training_project_backward(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    float *kernel, double *products) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int wide = network_panels(block->channels_expanded), thin = network_panels(block->channels_out);
    const int chunk = training_chunk(wide + thin);
    const size_t chunk_panel = training_panel_floats(chunk);
    float *slopes = scratch, *activations = scratch + (size_t)thin * chunk_panel;
    const size_t image = (size_t)block->size_out * (size_t)block->size_out;
    const size_t end = (size_t)(first + images) * image;
    const size_t kernel_panel = training_panel_floats(wide * network_panel);
    training_clear_doubles(products, (size_t)wide * 2 * network_panel);
    for (size_t pixel = (size_t)first * image; pixel < end; pixel += (size_t)chunk) {
        const int pixels = end - pixel < (size_t)chunk ? (int)(end - pixel) : chunk;
        for (int p = 0; p < thin; p++) {
            const int channel = p * network_panel;
            kernels->normalize_backward(
                training_at(block->output_slope, p, pixel), training_at(block->projected, p, pixel),
                block->projected_by_slope + channel, block->projected_by_map + channel,
                block->projected_constant + channel, pixels, slopes + (size_t)p * chunk_panel);
        }
        // Prefetches the data that is combined with the gradients after the products.
        const network_soon soon[network_soon_parts] = {training_soon(block->filtered, 0, wide, pixel, end, pixels)};
        training_multiply(instructions, (training_product){
            .input = slopes, .input_panel = chunk_panel, .channels_in = block->channels_out,
            .weights = block->project_transposed, .bias = block->zeros, .panels = wide, .output = activations,
            .output_panel = chunk_panel, .pixels = pixels, .soon = soon});
        for (int p = 0; p < wide; p++) {
            kernels->clip_backward(
                training_at(block->filtered, p, pixel), block->filtered_scale + p * network_panel,
                block->filtered_shift + p * network_panel, activations + (size_t)p * chunk_panel, pixels,
                block->forgets_slope ? NULL : training_at(block->filtered_slope, p, pixel),
                products + p * 2 * network_panel);
        }
        kernels->outer(&(training_outer){
            .a = activations,
            .b = slopes,
            .a_panel = chunk_panel,
            .b_panel = chunk_panel,
            .pixels = pixels,
            .rows = block->channels_expanded,
            .panels = thin,
            .sums = kernel,
            .sums_panel = kernel_panel,
            .adds = pixel > (size_t)first * image,
        });
    }
}

/// Gradients after the projection's normalization and before the ReLU6 of the filtered map, for some of its rows.
typedef struct {
    const training_block *block;
    training_rows rows;
    int images;
    size_t panel;          // floats of a panel of `thin` or `wide`
    float *thin, *wide;    // all panels after the projection, two before it
} slopes_again;

/// Computes the gradients after the projection's normalization from those of the block's output.
static void begin_again(const training_kernels *kernels, slopes_again *again, int image) {
    const training_block *block = again->block;
    const int pixels = again->images * (again->rows.end - again->rows.first) * block->size_out;
    const size_t pixel =
        ((size_t)image * (size_t)block->size_out + (size_t)again->rows.first) * (size_t)block->size_out;
    again->panel = training_panel_floats(pixels);
    again->wide = again->thin + (size_t)network_panels(block->channels_out) * again->panel;
    for (int p = 0; p < network_panels(block->channels_out); p++) {
        const int channel = p * network_panel;
        kernels->normalize_backward(
            training_at(block->output_slope, p, pixel), training_at(block->projected, p, pixel),
            block->projected_by_slope + channel, block->projected_by_map + channel,
            block->projected_constant + channel, pixels, again->thin + (size_t)p * again->panel);
    }
}

/// Computes the gradients before the projection, for two panels.
static void project_again(network_instructions instructions, const slopes_again *again, int panel, int panels) {
    const training_block *block = again->block;
    training_multiply(instructions, (training_product){
        .input = again->thin, .input_panel = again->panel, .channels_in = block->channels_out,
        .weights = block->project_transposed + (size_t)panel * training_panel_floats(block->channels_out),
        .bias = block->zeros, .panels = panels, .output = again->wide, .output_panel = again->panel,
        .pixels = (int)(again->panel / network_panel)});
}

/// Computes a row of gradients with respect to the filtered map before its normalization.
///
/// - again: has the gradients before the ReLU6, `place` floats from the beginning. NULL if they are stored.
static void filtered_slopes(
    const training_kernels *kernels, const training_block *block, const slopes_again *again, size_t place, int panel,
    size_t pixel, float *to) {
    const int channel = panel * network_panel;
    const float *map = training_at(block->filtered, panel, pixel);
    if (again) {
        kernels->clip_normalize_backward(
            again->wide + place, map, block->filtered_scale + channel, block->filtered_shift + channel,
            block->filtered_by_slope + channel, block->filtered_by_map + channel, block->filtered_constant + channel,
            block->size_out, to);
    } else {
        kernels->normalize_backward(
            training_at(block->filtered_slope, panel, pixel), map, block->filtered_by_slope + channel,
            block->filtered_by_map + channel, block->filtered_constant + channel, block->size_out, to);
    }
}

/// Computes the gradients with respect to the filtered map before its normalization, for rows `row` − 1 … `row` +
/// `rows` of the expanded map. At stride 2 they are at the positions of their middle taps, with zeros between.
///
/// - slot: the index of the image in `again`; part: the index of the panel in its pair.
/// - buffer: (rows + 2) × (size + 2) pixels. The border and the zeros between are not changed.
/// - line: space for a row of gradients.
static void spread_slopes(
    const training_kernels *kernels, const training_block *block, const slopes_again *again, int slot, int part,
    int panel, int image, int row, int rows, float *buffer, float *line) {
    const size_t buffer_row = training_panel_floats(block->size + 2);
    for (int r = 0; r < rows + 2; r++) {
        float *to = buffer + (size_t)r * buffer_row;
        const int place = row - 1 + r;
        const int shifted = block->stride == 2 ? place - 1 + block->padding : place;
        const int source = block->stride == 2 ? shifted / 2 : shifted;
        if (place < 0 || place >= block->size || shifted < 0 || shifted % block->stride != 0
            || source >= block->size_out) {
            training_clear_floats(to, buffer_row);
            continue;
        }
        const size_t pixel = ((size_t)image * (size_t)block->size_out + (size_t)source) * (size_t)block->size_out;
        size_t offset = 0;
        if (again) {
            const int row_again = slot * (again->rows.end - again->rows.first) + source - again->rows.first;
            offset = (size_t)part * again->panel + training_panel_floats(row_again * block->size_out);
        }
        float *target = block->stride == 2 ? line : to + network_panel;
        filtered_slopes(kernels, block, again, offset, panel, pixel, target);
        if (block->stride == 1) { continue; }
        float *spread = to + (2 - block->padding) * network_panel;
        for (int x = 0; x < block->size_out; x++) {
            __builtin_memcpy(
                spread + 2 * x * network_panel, line + x * network_panel, network_panel * sizeof(float));
        }
    }
}

void training_filter_backward(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    float *filter, float *kernel, double *sums) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int wide = network_panels(block->channels_expanded), thin = network_panels(block->channels_in);
    const training_band band = training_backward_band(block);
    const size_t band_panel = training_panel_floats(band.images * band.rows * block->size);
    const size_t map = (size_t)block->size * (size_t)block->size;
    const size_t map_out = (size_t)block->size_out * (size_t)block->size_out;
    const size_t kernel_panel = training_panel_floats(thin * network_panel);
    float *activations = scratch, *slopes = activations + 2 * band_panel;
    float *buffer = slopes + (size_t)wide * band_panel;
    const size_t buffer_floats = (size_t)(band.rows + 2) * training_panel_floats(block->size + 2);
    float *line = buffer + buffer_floats;
    slopes_again again = {.block = block, .thin = line + training_panel_floats(block->size_out)};
    const slopes_again *const used = block->forgets_slope ? &again : NULL;
    training_clear_floats(filter, (size_t)wide * 9 * network_panel);
    training_clear_doubles(sums, (size_t)wide * network_panel);
    training_clear_floats(buffer, buffer_floats);
    for (int image = first; image < first + images; image += band.images) {
        const int together = training_smaller(band.images, first + images - image);
        for (int row = 0; row < block->size; row += band.rows) {
            const int rows = training_smaller(band.rows, block->size - row);
            const size_t pixel = (size_t)image * map + (size_t)row * (size_t)block->size;
            const int pixels = together * rows * block->size;
            const training_rows reaching = training_reaching_rows(block, row, rows);
            const size_t reached = (size_t)image * map_out + (size_t)(reaching.first * block->size_out);
            const size_t reached_end =
                (size_t)(image + together - 1) * map_out + (size_t)(reaching.end * block->size_out);
            const int reached_pixels = (int)(reached_end - reached);
            if (used) {
                again.rows = reaching;
                again.images = together;
                begin_again(kernels, &again, image);
            }
            for (int panel = 0; panel < wide; panel += 2) {
                const int panels = training_smaller(2, wide - panel);
                const network_soon soon[network_soon_parts] = {
                    training_soon(block->filtered, panel, panels, reached, reached_end, reached_pixels),
                    used ? (network_soon){0}
                         : training_soon(block->filtered_slope, panel, panels, reached, reached_end, reached_pixels)};
                training_multiply(instructions, (training_product){
                    .input = training_at(block->input, 0, pixel), .input_panel = block->input.panel,
                    .channels_in = block->channels_in,
                    .weights = block->expand + (size_t)panel * training_panel_floats(block->channels_in),
                    .bias = block->expand_bias + panel * network_panel, .panels = panels, .output = activations,
                    .output_panel = band_panel, .pixels = pixels, .relu6 = true, .soon = soon});
                if (used) { project_again(instructions, used, panel, panels); }
                for (int p = panel; p < panel + panels; p++) {
                    for (int i = 0; i < together; i++) {
                        const size_t place = (size_t)i * training_panel_floats(rows * block->size);
                        spread_slopes(
                            kernels, block, used, i, p - panel, p, image + i, row, rows, buffer, line);
                        kernels->filter_backward(&(training_filtering_backward){
                            .activation = activations + (size_t)(p - panel) * band_panel + place,
                            .slope = buffer,
                            .slope_row = training_panel_floats(block->size + 2),
                            .shortcut = block->residual && block->reads_image
                                ? training_at(block->output_slope, p, pixel + (size_t)i * map)
                                : NULL,
                            .weights = block->filter + (size_t)p * 9 * network_panel,
                            .output = slopes + (size_t)p * band_panel + place,
                            .rows = rows,
                            .pixels = block->size,
                            .skip = block->stride == 2 ? 1 - block->padding : -1,
                            .filter = filter + (size_t)p * 9 * network_panel,
                            .sums = sums + p * network_panel,
                        });
                    }
                }
            }
            kernels->outer(&(training_outer){
                .a = training_at(block->input, 0, pixel),
                .b = slopes,
                .a_panel = block->input.panel,
                .b_panel = band_panel,
                .pixels = pixels,
                .rows = block->channels_in,
                .panels = wide,
                .sums = kernel,
                .sums_panel = kernel_panel,
                .adds = image > first || row > 0,
            });
            if (!block->input_slope.values) { continue; }
            training_multiply(instructions, (training_product){
                .input = slopes, .input_panel = band_panel, .channels_in = block->channels_expanded,
                .weights = block->expand_transposed, .bias = block->zeros, .panels = thin,
                .residual = block->residual ? training_at(block->output_slope, 0, pixel) : NULL,
                .residual_panel = block->output_slope.panel, .output = training_at(block->input_slope, 0, pixel),
                .output_panel = block->input_slope.panel, .pixels = pixels});
        }
    }
}

void training_correct(
    network_instructions instructions, const training_block *block, int first, int images, double *products) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int panels = network_panels(block->channels_in);
    const size_t image = (size_t)block->size * (size_t)block->size;
    const size_t end = (size_t)(first + images) * image;
    training_clear_doubles(products, (size_t)panels * 2 * network_panel);
    for (size_t pixel = (size_t)first * image; pixel < end; pixel += training_run) {
        const int pixels = end - pixel < training_run ? (int)(end - pixel) : training_run;
        if (block->correction) {
            // Prefetches the data that is read after the products, and the gradients of the next products.
            const network_soon soon[network_soon_parts] = {
                training_soon(block->projected_before, 0, panels, pixel, end, pixels),
                training_soon(block->input_slope, 0, panels, pixel + (size_t)pixels, end, training_run)};
            training_multiply(instructions, (training_product){
                .input = training_at(block->input, 0, pixel), .input_panel = block->input.panel,
                .channels_in = block->channels_in, .weights = block->correction, .bias = block->correction_bias,
                .panels = panels, .residual = training_at(block->input_slope, 0, pixel),
                .residual_panel = block->input_slope.panel, .output = training_at(block->input_slope, 0, pixel),
                .output_panel = block->input_slope.panel, .pixels = pixels, .soon = soon});
        }
        for (int p = 0; p < panels; p++) {
            kernels->products(
                training_at(block->input_slope, p, pixel), training_at(block->projected_before, p, pixel), pixels,
                products + p * 2 * network_panel);
        }
    }
}
