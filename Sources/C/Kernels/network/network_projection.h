#pragma once

#include "network_kernels.h"
#include "network_split.h"

/// Runs a block's projection and adds the residual.
///
/// - convolution: has the filtered map, the residual, the output and the pixels. This function sets the rest.
/// - halves: space for the split filtered map if the projection's weights are split.
static inline void network_project(
    const network_kernels *kernels, const network_block *block, network_pointwise convolution, uint16_t *halves) {
    convolution.weights = block->project_weights;
    convolution.bias = block->project_bias;
    convolution.channels_in = block->channels_expanded;
    convolution.panels = network_panels(block->channels_out);
    convolution.ends_in_half = network_ends_in_half(block->channels_out);
    convolution.rows = 1;
    if (block->project_split == NULL) {
        kernels->pointwise(&convolution);
        return;
    }
    kernels->split->halve(
        convolution.input, convolution.input_panel, convolution.channels_in, convolution.pixels, halves);
    convolution.split_input = halves;
    convolution.split_weights = block->project_split;
    kernels->split->pointwise(&convolution);
}
