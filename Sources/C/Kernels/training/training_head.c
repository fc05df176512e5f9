// The last convolution and the mean over its map, forward and backward.

#pragma STDC FP_CONTRACT OFF

#include "training_pieces.h"
#include "training_scratch.h"

void training_head_convolve(
    network_instructions instructions, const training_head *head, int first, int images, double *moments) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int panels = network_panels(head->channels_out);
    training_clear_doubles(moments, (size_t)panels * 2 * network_panel);
    const size_t end = (size_t)(first + images) * (size_t)head->pixels;
    for (size_t pixel = (size_t)first * (size_t)head->pixels; pixel < end; pixel += training_run) {
        const int pixels = end - pixel < training_run ? (int)(end - pixel) : training_run;
        training_multiply(instructions, (training_product){
            .input = training_at(head->input, 0, pixel), .input_panel = head->input.panel,
            .channels_in = head->channels_in, .weights = head->weights, .bias = head->zeros, .panels = panels,
            .output = training_at(head->convolved, 0, pixel), .output_panel = head->convolved.panel,
            .pixels = pixels});
        for (int p = 0; p < panels; p++) {
            kernels->moments(training_at(head->convolved, p, pixel), pixels, moments + p * 2 * network_panel);
        }
    }
}

void training_head_pool(
    network_instructions instructions, const training_head *head, int first, int images, float *features) {
    const training_kernels *kernels = training_kernels_for(instructions);
    for (int image = first; image < first + images; image++) {
        for (int p = 0; p < network_panels(head->channels_out); p++) {
            kernels->pool(
                training_at(head->convolved, p, (size_t)image * (size_t)head->pixels), head->scale + p * network_panel,
                head->shift + p * network_panel, head->pixels,
                features + (size_t)image * (size_t)head->channel_stride + p * network_panel);
        }
    }
}

void training_head_products(
    network_instructions instructions, const training_head *head, int first, int images, const float *slopes,
    double *products) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int panels = network_panels(head->channels_out);
    training_clear_doubles(products, (size_t)panels * 2 * network_panel);
    for (int image = first; image < first + images; image++) {
        for (int p = 0; p < panels; p++) {
            kernels->pool_backward(
                training_at(head->convolved, p, (size_t)image * (size_t)head->pixels), head->scale + p * network_panel,
                head->shift + p * network_panel,
                slopes + (size_t)image * (size_t)head->channel_stride + p * network_panel, head->pixels, NULL,
                products + p * 2 * network_panel);
        }
    }
}

void training_head_backward(
    network_instructions instructions, const training_head *head, int first, int images, const float *slopes,
    float *scratch, float *kernel, double *products) {
    const training_kernels *kernels = training_kernels_for(instructions);
    const int panels = network_panels(head->channels_out), thin = network_panels(head->channels_in);
    const int most = training_head_images(head);
    const size_t chunk_panel = training_panel_floats(most * head->pixels);
    const size_t kernel_panel = training_panel_floats(thin * network_panel);
    training_clear_doubles(products, (size_t)thin * 2 * network_panel);
    for (int image = first; image < first + images; image += most) {
        const int together = training_smaller(most, first + images - image);
        const size_t pixel = (size_t)image * (size_t)head->pixels;
        const int pixels = together * head->pixels;
        for (int p = 0; p < panels; p++) {
            const int channel = p * network_panel;
            float *panel = scratch + (size_t)p * chunk_panel;
            for (int i = 0; i < together; i++) {
                kernels->pool_backward(
                    training_at(head->convolved, p, pixel + (size_t)(i * head->pixels)), head->scale + channel,
                    head->shift + channel, slopes + (size_t)(image + i) * (size_t)head->channel_stride + channel,
                    head->pixels, panel + training_panel_floats(i * head->pixels), NULL);
            }
            kernels->normalize_backward(
                panel, training_at(head->convolved, p, pixel), head->by_slope + channel, head->by_map + channel,
                head->constant + channel, pixels, panel);
        }
        kernels->outer(&(training_outer){
            .a = training_at(head->input, 0, pixel),
            .b = scratch,
            .a_panel = head->input.panel,
            .b_panel = chunk_panel,
            .pixels = pixels,
            .rows = head->channels_in,
            .panels = panels,
            .sums = kernel,
            .sums_panel = kernel_panel,
            .adds = image > first,
        });
        if (!head->input_slope.values) { continue; }
        training_multiply(instructions, (training_product){
            .input = scratch, .input_panel = chunk_panel, .channels_in = head->channels_out,
            .weights = head->transposed, .bias = head->zeros, .panels = thin,
            .output = training_at(head->input_slope, 0, pixel), .output_panel = head->input_slope.panel,
            .pixels = pixels});
        for (int p = 0; p < thin; p++) {
            kernels->products(
                training_at(head->input_slope, p, pixel), training_at(head->projected_before, p, pixel), pixels,
                products + p * 2 * network_panel);
        }
    }
}
