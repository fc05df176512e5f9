#pragma once

// Checks each step of a block, forward and backward.

#include "training_checks.h"

static void check_filter(const training_block *sample, piece p, const bool *present, float *scratch) {
    training_block block = *sample;
    const int wide = padded(block.channels_expanded), out = block.size_out * block.size_out;
    double *expanded = zeros_of((size_t)(block.size * block.size * wide));
    double *expected = zeros_of((size_t)(p.images * out * wide));
    for (int i = 0; i < p.images; i++) {
        plain_expanded(&block, p.first + i, expanded);
        plain_filtered(&block, expanded, expected + (size_t)(i * out) * (size_t)wide);
    }
    double *sums = plain_moments(expected, block.channels_expanded, p.images * out);
    double *moments = dirty_doubles((size_t)wide * 2);
    // Large maps use non-temporal stores. The distance between panels determines the size of a map.
    static const int pixels_apart[] = {0, 300000};
    for (int far = 0; far < 2; far++) {
        block.filtered = empty_map(block.channels_expanded, p.batch * out + pixels_apart[far] / (wide / network_panel));
        FOR_EACH_PATH(i, present) {
            clear_map(block.filtered, block.channels_expanded, p.batch * out);
            training_filter((network_instructions)i, &block, p.first, p.images, scratch, moments);
            check_map(block.filtered, block.channels_expanded, out, p, expected, "filtered map", i);
            check_doubles(moments, sums, (size_t)wide * 2, "moments of the filtered map", i);
        }
        free(block.filtered.values);
    }
    free(expanded), free(expected), free(sums), free(moments);
}

static void check_project(const training_block *sample, piece p, const bool *present, float *scratch) {
    training_block block = *sample;
    const int wide = padded(block.channels_expanded), thin = padded(block.channels_out);
    const int out = block.size_out * block.size_out;
    double *activation = zeros_of((size_t)wide), *expected = zeros_of((size_t)(p.images * out * thin));
    for (int pixel = 0; pixel < p.images * out; pixel++) {
        plain_pixel(block.filtered, block.channels_expanded, (size_t)(p.first * out + pixel), activation);
        for (int c = 0; c < wide; c++) { activation[c] = clip(plain_activation(&block, c, activation[c])); }
        plain_product(
            activation, block.channels_expanded, block.project, NULL, block.channels_out,
            expected + (size_t)(pixel * thin));
    }
    double *sums = plain_moments(expected, block.channels_out, p.images * out);
    double *moments = dirty_doubles((size_t)thin * 2);
    block.projected = empty_map(block.channels_out, p.batch * out);
    FOR_EACH_PATH(i, present) {
        clear_map(block.projected, block.channels_out, p.batch * out);
        training_project((network_instructions)i, &block, p.first, p.images, scratch, moments);
        check_map(block.projected, block.channels_out, out, p, expected, "projected map", i);
        check_doubles(moments, sums, (size_t)thin * 2, "moments of the projected map", i);
    }
    free(activation), free(expected), free(sums), free(moments), free(block.projected.values);
}

static void check_join(const training_block *block, piece p, const bool *present, float *scratch) {
    const int thin = padded(block->channels_out), out = block->size_out * block->size_out;
    double *expected = zeros_of((size_t)(p.images * out * thin));
    double *expanded = zeros_of((size_t)(block->size * block->size * padded(block->channels_expanded)));
    for (int pixel = 0; pixel < p.images * out; pixel++) {
        const size_t place = (size_t)(p.first * out + pixel);
        if (block->reads_image && pixel % out == 0) { plain_expanded(block, p.first + pixel / out, expanded); }
        for (int c = 0; c < thin; c++) {
            double added = 0;
            if (block->residual) {
                added = block->reads_image ? expanded[(pixel % out) * thin + c]
                                           : (double)*value_at(block->input, c, place);
            }
            expected[(size_t)(pixel * thin + c)] =
                (double)*value_at(block->projected, c, place) * (double)block->projected_scale[c]
                + (double)block->projected_shift[c] + added;
        }
    }
    double *sums = plain_moments(expected, block->channels_out, p.images * out);
    double *products = plain_gram(expected, block->channels_out, p.images * out);
    double *moments = dirty_doubles((size_t)thin * 2), *gram = dirty_doubles((size_t)(thin * thin));
    FOR_EACH_PATH(i, present) {
        for (int needed = 0; needed < 2; needed++) {
            clear_map(block->output, block->channels_out, p.batch * out);
            training_join(
                (network_instructions)i, block, p.first, p.images, scratch, needed ? moments : NULL,
                needed ? gram : NULL);
            check_map(block->output, block->channels_out, out, p, expected, "output", i);
        }
        check_doubles(moments, sums, (size_t)thin * 2, "moments of the output", i);
        check_doubles(gram, products, (size_t)(thin * thin), "products of the output", i);
    }
    free(expected), free(expanded), free(sums), free(products), free(moments), free(gram);
}

static void check_input_sums(const training_block *block, piece p, const bool *present, float *scratch) {
    const int thin = padded(block->channels_in), map = block->size * block->size;
    double *input = zeros_of((size_t)(p.images * map * thin));
    for (int pixel = 0; pixel < p.images * map; pixel++) {
        plain_pixel(block->input, block->channels_in, (size_t)(p.first * map + pixel), input + (size_t)(pixel * thin));
    }
    double *sums = plain_moments(input, block->channels_in, p.images * map);
    double *products = plain_gram(input, block->channels_in, p.images * map);
    double *moments = dirty_doubles((size_t)thin * 2), *gram = dirty_doubles((size_t)(thin * thin));
    FOR_EACH_PATH(i, present) {
        training_input_sums((network_instructions)i, block, p.first, p.images, scratch, moments, gram);
        check_doubles(moments, sums, (size_t)thin * 2, "moments of the input", i);
        check_doubles(gram, products, (size_t)(thin * thin), "products of the input", i);
    }
    free(input), free(sums), free(products), free(moments), free(gram);
}

/// Stores the gradients with respect to the filtered map, if kept, for the next step.
static void check_project_backward(
    const training_block *block, piece p, const bool *present, float *scratch) {
    const int wide = padded(block->channels_expanded), thin = padded(block->channels_out);
    const int out = block->size_out * block->size_out;
    double *slope = zeros_of((size_t)thin), *kernel = zeros_of((size_t)(wide * thin));
    double *expected = zeros_of((size_t)(p.images * out * wide)), *sums = zeros_of((size_t)wide * 2);
    for (int pixel = 0; pixel < p.images * out; pixel++) {
        const size_t place = (size_t)(p.first * out + pixel);
        double *wide_slope = expected + (size_t)(pixel * wide);
        plain_projected_slope(block, place, slope);
        plain_filtered_slope(block, place, slope, wide_slope);
        for (int c = 0; c < wide; c++) {
            const double filtered = (double)*value_at(block->filtered, c, place);
            const double activation = clip(plain_activation(block, c, filtered));
            add_pair(sums, c, wide_slope[c], wide_slope[c] * filtered);
            for (int k = 0; k < thin; k++) { kernel[c * thin + k] += activation * slope[k]; }
        }
    }
    float *gradient = dirty_floats((size_t)(wide * thin));
    double *products = dirty_doubles((size_t)wide * 2);
    FOR_EACH_PATH(i, present) {
        if (!block->forgets_slope) { clear_map(block->filtered_slope, block->channels_expanded, p.batch * out); }
        training_project_backward((network_instructions)i, block, p.first, p.images, scratch, gradient, products);
        if (!block->forgets_slope) {
            check_map(block->filtered_slope, block->channels_expanded, out, p, expected, "slope by the filtered map", i);
        }
        check_kernel(
            gradient, block->channels_expanded, wide, block->channels_out, kernel, "gradient of the projection", i);
        check_doubles(products, sums, (size_t)wide * 2, "products of the slope by the filtered map", i);
    }
    free(slope), free(kernel), free(expected), free(sums), free(gradient), free(products);
}

/// The expected results of `training_filter_backward`.
typedef struct {
    double *filter, *kernel, *sums, *input_slope;
} filter_gradients;

static filter_gradients plain_filter_backward(const training_block *block, piece p) {
    const int wide = padded(block->channels_expanded), thin = padded(block->channels_in);
    const int map = block->size * block->size, out = block->size_out * block->size_out;
    filter_gradients g = {
        .filter = zeros_of((size_t)(9 * wide)), .kernel = zeros_of((size_t)(thin * wide)),
        .sums = zeros_of((size_t)wide), .input_slope = zeros_of((size_t)(p.images * map * thin))};
    double *expanded = zeros_of((size_t)(map * wide)), *behind = zeros_of((size_t)(out * wide));
    double *slopes = zeros_of((size_t)(map * wide));
    for (int image = p.first; image < p.first + p.images; image++) {
        plain_expanded(block, image, expanded);
        plain_filter_slopes(block, image, behind);
        memset(slopes, 0, (size_t)(map * wide) * sizeof(double));
        for (int place = 0; place < out * 9; place++) {
            const int tap = place % 9, from = plain_source(block, place / 9, tap);
            for (int c = 0; c < wide && from >= 0; c++) {
                const double slope = behind[place / 9 * wide + c];
                slopes[from * wide + c] += slope * weight_at(block->filter, 9, tap, c);
                g.filter[tap * wide + c] += slope * expanded[from * wide + c];
            }
        }
        for (int pixel = 0; pixel < map; pixel++) {
            const size_t place = (size_t)(image * map + pixel);
            double *slope = slopes + (size_t)(pixel * wide);
            for (int c = 0; c < wide; c++) {
                if (block->reads_image && block->residual) {
                    slope[c] += (double)*value_at(block->output_slope, c, place);
                }
                slope[c] = through_clip(expanded[pixel * wide + c], slope[c]);
                g.sums[c] += slope[c];
                for (int r = 0; r < thin; r++) {
                    g.kernel[r * wide + c] += (double)*value_at(block->input, r, place) * slope[c];
                }
            }
            double *input_slope = g.input_slope + (size_t)((image - p.first) * map + pixel) * (size_t)thin;
            plain_product(
                slope, block->channels_expanded, block->expand_transposed, NULL, block->channels_in, input_slope);
            for (int c = 0; c < thin && block->residual && !block->reads_image; c++) {
                input_slope[c] += (double)*value_at(block->output_slope, c, place);
            }
        }
    }
    free(expanded), free(behind), free(slopes);
    return g;
}

static void check_filter_backward(const training_block *sample, piece p, const bool *present, float *scratch) {
    training_block block = *sample;
    const int wide = padded(block.channels_expanded), thin = padded(block.channels_in), map = block.size * block.size;
    const filter_gradients g = plain_filter_backward(&block, p);
    float *filter = dirty_floats((size_t)(9 * wide)), *kernel = dirty_floats((size_t)(thin * wide));
    double *sums = dirty_doubles((size_t)wide);
    FOR_EACH_PATH(i, present) {
        // The gradients with respect to image patches are not needed.
        for (int needed = 0; needed < (block.reads_image ? 1 : 2); needed++) {
            block.input_slope = needed ? sample->input_slope : (training_map){0};
            if (needed) { clear_map(block.input_slope, block.channels_in, p.batch * map); }
            training_filter_backward((network_instructions)i, &block, p.first, p.images, scratch, filter, kernel, sums);
            if (needed) { check_map(block.input_slope, block.channels_in, map, p, g.input_slope, "slope by the input", i); }
            check_kernel(filter, 9, 9, block.channels_expanded, g.filter, "gradient of the filter", i);
            check_kernel(
                kernel, block.channels_in, thin, block.channels_expanded, g.kernel, "gradient of the expansion", i);
            check_doubles(sums, g.sums, (size_t)wide, "sums behind the expansion", i);
        }
    }
    free(g.filter), free(g.kernel), free(g.sums), free(g.input_slope), free(filter), free(kernel), free(sums);
}

static void check_correct(const training_block *sample, piece p, const bool *present, uint32_t *state) {
    training_block block = *sample;
    const int thin = padded(block.channels_in), map = block.size * block.size, channels = block.channels_in;
    const training_map before = coarse_map(channels, p.batch * map, 2, 1, state);
    double *products = dirty_doubles((size_t)thin * 2), *in = zeros_of((size_t)thin);
    for (int corrects = 0; corrects < 2; corrects++) {
        block.correction = corrects ? sample->correction : NULL;
        double *expected = zeros_of((size_t)(p.images * map * thin)), *sums = zeros_of((size_t)thin * 2);
        for (int pixel = 0; pixel < p.images * map; pixel++) {
            const size_t place = (size_t)(p.first * map + pixel);
            double *slope = expected + (size_t)(pixel * thin);
            plain_pixel(block.input, channels, place, in);
            if (corrects) { plain_product(in, channels, block.correction, block.correction_bias, channels, slope); }
            for (int c = 0; c < thin; c++) {
                slope[c] += (double)*value_at(before, c, place);
                add_pair(sums, c, slope[c], slope[c] * (double)*value_at(block.projected_before, c, place));
            }
        }
        FOR_EACH_PATH(i, present) {
            clear_map(block.input_slope, channels, p.batch * map);
            for (int c = 0; c < thin; c++) {
                for (int pixel = p.first * map; pixel < (p.first + p.images) * map; pixel++) {
                    *value_at(block.input_slope, c, (size_t)pixel) = *value_at(before, c, (size_t)pixel);
                }
            }
            training_correct((network_instructions)i, &block, p.first, p.images, products);
            check_map(block.input_slope, channels, map, p, expected, "corrected slope by the input", i);
            check_doubles(products, sums, (size_t)thin * 2, "products of the corrected slope", i);
        }
        free(expected), free(sums);
    }
    free(before.values), free(products), free(in);
}

static void check_block(block_shape shape, const bool *present, uint32_t *state) {
    const piece p = {.batch = shape.size < 10 ? 9 : 4, .first = 1, .images = shape.size < 10 ? 7 : 2};
    const training_block block = coarse_block(shape, p.batch, state);
    float *scratch = dirty_floats(training_block_scratch(&block));
    check_filter(&block, p, present, scratch);
    check_project(&block, p, present, scratch);
    check_join(&block, p, present, scratch);
    check_input_sums(&block, p, present, scratch);
    check_project_backward(&block, p, present, scratch);
    check_filter_backward(&block, p, present, scratch);
    if (!block.reads_image) { check_correct(&block, p, present, state); }
    free(scratch);
    free_block(block);
}
