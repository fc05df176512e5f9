// Backward through a block: projection, then filter and expansion, then what the expansion's normalisation takes
// back. A batch's sums stand between them.

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
            kernels->normalise_backward(
                training_at(block->output_slope, p, pixel), training_at(block->projected, p, pixel),
                block->projected_by_slope + channel, block->projected_by_map + channel,
                block->projected_constant + channel, pixels, slopes + (size_t)p * chunk_panel);
        }
        training_multiply(instructions, (training_product){
            .input = slopes, .input_panel = chunk_panel, .channels_in = block->channels_out,
            .weights = block->project_transposed, .bias = block->zeros, .panels = wide, .output = activations,
            .output_panel = chunk_panel, .pixels = pixels});
        for (int p = 0; p < wide; p++) {
            kernels->clip_backward(
                training_at(block->filtered, p, pixel), block->filtered_scale + p * network_panel,
                block->filtered_shift + p * network_panel, activations + (size_t)p * chunk_panel, pixels,
                training_at(block->filtered_slope, p, pixel), products + p * 2 * network_panel);
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

/// The slopes by the filtered map before its normalisation, for rows `row` − 1 … `row` + `rows` of the expanded map:
/// where the stride is 2 they stand where their pixels' middle taps were, between zeros.
///
/// - buffer: (rows + 2) × (size + 2) pixels, whose border and zeros between stay as they are.
/// - line: room for a row of slopes.
static void spread_slopes(
    const training_kernels *kernels, const training_block *block, int panel, int image, int row, int rows,
    float *buffer, float *line) {
    const size_t buffer_row = training_panel_floats(block->size + 2);
    const int channel = panel * network_panel;
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
        float *target = block->stride == 2 ? line : to + network_panel;
        kernels->normalise_backward(
            training_at(block->filtered_slope, panel, pixel), training_at(block->filtered, panel, pixel),
            block->filtered_by_slope + channel, block->filtered_by_map + channel, block->filtered_constant + channel,
            block->size_out, target);
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
    const size_t kernel_panel = training_panel_floats(thin * network_panel);
    float *activations = scratch, *slopes = activations + 2 * band_panel;
    float *buffer = slopes + (size_t)wide * band_panel;
    const size_t buffer_floats = (size_t)(band.rows + 2) * training_panel_floats(block->size + 2);
    float *line = buffer + buffer_floats;
    training_clear_floats(filter, (size_t)wide * 9 * network_panel);
    training_clear_doubles(sums, (size_t)wide * network_panel);
    training_clear_floats(buffer, buffer_floats);
    for (int image = first; image < first + images; image += band.images) {
        const int together = training_smaller(band.images, first + images - image);
        for (int row = 0; row < block->size; row += band.rows) {
            const int rows = training_smaller(band.rows, block->size - row);
            const size_t pixel = (size_t)image * map + (size_t)row * (size_t)block->size;
            const int pixels = together * rows * block->size;
            for (int panel = 0; panel < wide; panel += 2) {
                const int panels = training_smaller(2, wide - panel);
                training_multiply(instructions, (training_product){
                    .input = training_at(block->input, 0, pixel), .input_panel = block->input.panel,
                    .channels_in = block->channels_in,
                    .weights = block->expand + (size_t)panel * training_panel_floats(block->channels_in),
                    .bias = block->expand_bias + panel * network_panel, .panels = panels, .output = activations,
                    .output_panel = band_panel, .pixels = pixels, .relu6 = true});
                for (int p = panel; p < panel + panels; p++) {
                    for (int i = 0; i < together; i++) {
                        const size_t place = (size_t)i * training_panel_floats(rows * block->size);
                        spread_slopes(kernels, block, p, image + i, row, rows, buffer, line);
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
            training_multiply(instructions, (training_product){
                .input = training_at(block->input, 0, pixel), .input_panel = block->input.panel,
                .channels_in = block->channels_in, .weights = block->correction, .bias = block->correction_bias,
                .panels = panels, .residual = training_at(block->input_slope, 0, pixel),
                .residual_panel = block->input_slope.panel, .output = training_at(block->input_slope, 0, pixel),
                .output_panel = block->input_slope.panel, .pixels = pixels});
        }
        for (int p = 0; p < panels; p++) {
            kernels->products(
                training_at(block->input_slope, p, pixel), training_at(block->projected_before, p, pixel), pixels,
                products + p * 2 * network_panel);
        }
    }
}
