// The head of the network: the last convolution and the mean over the map, two panels at a time.

#pragma STDC FP_CONTRACT OFF

#include "network_dispatch.h"

enum { panels_together = 2 };

size_t network_head_scratch(const network_head *head, int images) {
    const size_t map = (size_t)panels_together * (size_t)images * (size_t)head->pixels * network_panel;
    return map + (head->split ? split_floats(head->channels_in, images * head->pixels) : 0);
}

void network_run_head(
    network_instructions instructions, const network_head *head, const float *input, int images, float *features,
    float *scratch) {
    const network_kernels *kernels = network_kernels_for(instructions);
    const network_split *split = network_split_for(instructions);
    const int all_panels = network_panels(head->channels_out);
    const size_t image = (size_t)head->pixels * network_panel;
    const size_t map_panel = (size_t)images * image;
    uint16_t *halves = (uint16_t *)(scratch + panels_together * map_panel);
    if (head->split) { split->halve(input, map_panel, head->channels_in, images * head->pixels, halves); }
    for (int panel = 0; panel < all_panels; panel += panels_together) {
        const int panels = all_panels - panel < panels_together ? all_panels - panel : panels_together;
        const network_pointwise convolution = {
            .input = input,
            .input_panel = map_panel,
            .weights = head->split ? NULL : head->weights + (size_t)panel * (size_t)head->channels_in * network_panel,
            .bias = head->bias + (size_t)panel * network_panel,
            .channels_in = head->channels_in,
            .panels = panels,
            .output = scratch,
            .output_panel = map_panel,
            .rows = 1,
            .pixels = images * head->pixels,
            .relu6 = true,
            .split_input = halves,
            .split_weights = head->split
                ? head->split + network_split_count(head->channels_in, panel * network_panel)
                : NULL,
        };
        (head->split ? split->pointwise : kernels->pointwise)(&convolution);
        for (int p = 0; p < panels; p++) {
            const int channel = (panel + p) * network_panel;
            const int rest = head->channels_out - channel;
            const size_t bytes = (size_t)(rest < network_panel ? rest : network_panel) * sizeof(float);
            for (int i = 0; i < images; i++) {
                _Alignas(64) float means[network_panel];
                kernels->mean(scratch + (size_t)p * map_panel + (size_t)i * image, head->pixels, means);
                __builtin_memcpy(
                    features + (size_t)i * (size_t)head->channels_out + (size_t)channel, means, bytes);
            }
        }
    }
}
