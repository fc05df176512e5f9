#pragma STDC FP_CONTRACT OFF

#include "training_scratch.h"

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

size_t training_block_scratch(const training_block *block) {
    const int wide = network_panels(block->channels_expanded);
    const int thin_in = network_panels(block->channels_in), thin = network_panels(block->channels_out);
    const int filter_rows = training_filter_rows(block) * block->stride + 3 - block->stride;
    const size_t filter = 2 * (size_t)filter_rows * training_panel_floats(block->size + 2)
        + (size_t)training_filter_rows(block) * training_panel_floats(block->size_out);
    const size_t project = (size_t)wide * training_panel_floats(training_chunk(wide));
    const size_t sums = (size_t)training_larger(thin, thin_in) * network_panel * network_panel
        + (size_t)thin * training_panel_floats(training_run);
    const size_t project_backward = (size_t)(wide + thin) * training_panel_floats(training_chunk(wide + thin));
    const training_band band = training_backward_band(block);
    const int reaching = band.images * (band.rows / block->stride + 3) * block->size_out;
    const size_t again = block->forgets_slope ? (size_t)(thin + 2) * training_panel_floats(reaching) : 0;
    const size_t filter_backward = again + (size_t)(wide + 2) * training_panel_floats(band.images * band.rows * block->size)
        + (size_t)(band.rows + 2) * training_panel_floats(block->size + 2) + training_panel_floats(block->size_out);
    return larger(larger(larger(filter, project), larger(sums, project_backward)), filter_backward);
}

size_t training_head_scratch(const training_head *head) {
    return (size_t)network_panels(head->channels_out) * training_panel_floats(training_head_images(head) * head->pixels);
}
