#pragma once

// The last convolution and the mean over its map, forward and backward.

#include "training_checks.h"

typedef struct {
    int pixels, in, out;
} head_shape;

static training_head coarse_head(head_shape shape, int batch, uint32_t *state) {
    training_head head = {
        .pixels = shape.pixels, .channels_in = shape.in, .channels_out = shape.out,
        .channel_stride = padded(shape.out) + network_panel};
    const int pixels = batch * shape.pixels;
    head.input = coarse_map(shape.in, pixels, 2, 1, state);
    head.convolved = coarse_map(shape.out, pixels, 8, 1, state);
    head.input_slope = empty_map(shape.in, pixels);
    head.projected_before = coarse_map(shape.in, pixels, 2, 1, state);
    head.weights = coarse_kernel(shape.in, shape.out, 6, 0.5f, state);
    head.transposed = coarse_kernel(shape.out, shape.in, 6, 0.5f, state);
    head.scale = coarse_coefficients(shape.out, 2, 0.5f, state);
    head.shift = coarse_coefficients(shape.out, 4, 0.5f, state);
    head.by_slope = coarse_coefficients(shape.out, 1, 1, state);
    head.by_map = coarse_coefficients(shape.out, 1, 0.5f, state);
    head.constant = coarse_coefficients(shape.out, 2, 0.5f, state);
    const int widest = shape.out > shape.in ? shape.out : shape.in;
    float *zeros = room((size_t)padded(widest), sizeof(float), 64);
    memset(zeros, 0, (size_t)padded(widest) * sizeof(float));
    head.zeros = zeros;
    return head;
}

static void free_head(training_head head) {
    float *const memory[] = {
        head.input.values, head.convolved.values, head.input_slope.values, head.projected_before.values, head.weights,
        head.transposed, head.scale, head.shift, head.by_slope, head.by_map, head.constant, (float *)head.zeros};
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) { free(memory[i]); }
}

static void check_convolve(const training_head *sample, piece p, const bool *present) {
    training_head head = *sample;
    const int wide = padded(head.channels_out);
    double *in = zeros_of((size_t)padded(head.channels_in));
    double *expected = zeros_of((size_t)(p.images * head.pixels * wide));
    for (int pixel = 0; pixel < p.images * head.pixels; pixel++) {
        plain_pixel(head.input, head.channels_in, (size_t)(p.first * head.pixels + pixel), in);
        plain_product(
            in, head.channels_in, head.weights, NULL, head.channels_out, expected + (size_t)(pixel * wide));
    }
    double *sums = plain_moments(expected, head.channels_out, p.images * head.pixels);
    double *moments = dirty_doubles((size_t)wide * 2);
    head.convolved = empty_map(head.channels_out, p.batch * head.pixels);
    FOR_EACH_PATH(i, present) {
        clear_map(head.convolved, head.channels_out, p.batch * head.pixels);
        training_head_convolve((network_instructions)i, &head, p.first, p.images, moments);
        check_map(head.convolved, head.channels_out, head.pixels, p, expected, "last map", i);
        check_doubles(moments, sums, (size_t)wide * 2, "moments of the last map", i);
    }
    free(in), free(expected), free(sums), free(moments), free(head.convolved.values);
}

static double head_activation(const training_head *head, int channel, size_t pixel) {
    return (double)head->scale[channel] * (double)*value_at(head->convolved, channel, pixel)
        + (double)head->shift[channel];
}

static void check_pool(const training_head *head, piece p, const bool *present) {
    const size_t stride = (size_t)head->channel_stride;
    float *features = room((size_t)p.batch * stride, sizeof(float), 64);
    FOR_EACH_PATH(i, present) {
        for (size_t place = 0; place < (size_t)p.batch * stride; place++) { features[place] = untouched; }
        training_head_pool((network_instructions)i, head, p.first, p.images, features);
        for (int place = 0; place < p.batch * head->channel_stride; place++) {
            const int image = place / head->channel_stride, c = place % head->channel_stride;
            double expected = (double)untouched;
            if (image >= p.first && image < p.first + p.images && c < padded(head->channels_out)) {
                expected = 0;
                for (int pixel = 0; pixel < head->pixels; pixel++) {
                    expected += clip(head_activation(head, c, (size_t)(image * head->pixels + pixel)));
                }
                // The sum is exact. The quotient of two floats is rounded equally via double.
                expected = (double)(float)(expected / head->pixels);
            }
            const double found = (double)features[place];
            CHECK(found == expected, "feature %d of image %d on path %d: %g, expected %g", c, image, i, found, expected);
        }
    }
    free(features);
}

static void check_head_backward(const training_head *sample, piece p, const bool *present, uint32_t *state) {
    training_head head = *sample;
    const int wide = padded(head.channels_out), thin = padded(head.channels_in);
    const size_t stride = (size_t)head.channel_stride;
    // Multiples of the number of pixels, so that the mean is exact.
    float *slopes = room((size_t)p.batch * stride, sizeof(float), 64);
    for (size_t place = 0; place < (size_t)p.batch * stride; place++) {
        const bool used = (int)(place % stride) < head.channels_out;
        slopes[place] = used ? coarse(state, 2, 0.5f) * (float)head.pixels : 0;
    }
    double *sums = zeros_of((size_t)wide * 2), *sums_before = zeros_of((size_t)thin * 2);
    double *kernel = zeros_of((size_t)(thin * wide)), *slope = zeros_of((size_t)wide);
    double *expected = zeros_of((size_t)(p.images * head.pixels * thin));
    for (int pixel = 0; pixel < p.images * head.pixels; pixel++) {
        const size_t place = (size_t)(p.first * head.pixels + pixel);
        const size_t image = place / (size_t)head.pixels;
        for (int c = 0; c < wide; c++) {
            const double x = (double)*value_at(head.convolved, c, place);
            const double behind =
                through_clip(head_activation(&head, c, place), (double)slopes[image * stride + (size_t)c] / head.pixels);
            add_pair(sums, c, behind, behind * x);
            slope[c] = behind * (double)head.by_slope[c] + x * (double)head.by_map[c] + (double)head.constant[c];
            for (int r = 0; r < thin; r++) {
                kernel[r * wide + c] += (double)*value_at(head.input, r, place) * slope[c];
            }
        }
        double *input_slope = expected + (size_t)(pixel * thin);
        plain_product(slope, head.channels_out, head.transposed, NULL, head.channels_in, input_slope);
        for (int r = 0; r < thin; r++) {
            add_pair(sums_before, r, input_slope[r], input_slope[r] * (double)*value_at(head.projected_before, r, place));
        }
    }
    double *products = dirty_doubles((size_t)wide * 2), *products_before = dirty_doubles((size_t)thin * 2);
    float *gradient = dirty_floats((size_t)(thin * wide)), *scratch = dirty_floats(training_head_scratch(&head));
    FOR_EACH_PATH(i, present) {
        training_head_products((network_instructions)i, &head, p.first, p.images, slopes, products);
        check_doubles(products, sums, (size_t)wide * 2, "products of the slope by the last map", i);
        for (int needed = 0; needed < 2; needed++) {
            head.input_slope = needed ? sample->input_slope : (training_map){0};
            if (needed) { clear_map(head.input_slope, head.channels_in, p.batch * head.pixels); }
            training_head_backward(
                (network_instructions)i, &head, p.first, p.images, slopes, scratch, gradient, products_before);
            check_kernel(
                gradient, head.channels_in, thin, head.channels_out, kernel, "gradient of the last convolution", i);
        }
        check_map(head.input_slope, head.channels_in, head.pixels, p, expected, "slope by the last block", i);
        check_doubles(products_before, sums_before, (size_t)thin * 2, "products of the slope by the last block", i);
    }
    free(slopes), free(sums), free(sums_before), free(kernel), free(slope), free(expected), free(products);
    free(products_before), free(gradient), free(scratch);
}

static void check_head(head_shape shape, const bool *present, uint32_t *state) {
    const piece p = {.batch = 13, .first = 1, .images = 11};
    const training_head head = coarse_head(shape, p.batch, state);
    check_convolve(&head, p, present);
    check_pool(&head, p, present);
    check_head_backward(&head, p, present, state);
    free_head(head);
}
