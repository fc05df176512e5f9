// The end of the network: the last convolution and the mean over the map, two panels at a time.

#include "network_dispatch.h"

enum { panels_together = 2 };

size_t network_head_scratch(const network_head *head, int images) {
    return (size_t)panels_together * (size_t)images * (size_t)head->pixels * network_panel;
}

void network_run_head(
    network_instructions instructions, const network_head *head, const float *input, int images, float *features,
    float *scratch) {
    const network_kernels *kernels = network_kernels_for(instructions);
    const int all_panels = network_panels(head->channels_out);
    const size_t image = (size_t)head->pixels * network_panel;
    const size_t map_panel = (size_t)images * image;
    for (int panel = 0; panel < all_panels; panel += panels_together) {
        const int panels = all_panels - panel < panels_together ? all_panels - panel : panels_together;
        kernels->pointwise(&(network_pointwise){
            .input = input,
            .input_panel = map_panel,
            .weights = head->weights + (size_t)panel * (size_t)head->channels_in * network_panel,
            .bias = head->bias + (size_t)panel * network_panel,
            .channels_in = head->channels_in,
            .panels = panels,
            .output = scratch,
            .output_panel = map_panel,
            .rows = 1,
            .pixels = images * head->pixels,
            .relu6 = true,
        });
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
