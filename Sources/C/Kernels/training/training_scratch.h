#pragma once

// The division of a block, which also determines its scratch memory.

#include "training_pieces.h"

/// Returns the rows of the filtered map whose expanded rows, two panels, fit the L1 cache.
static inline int training_filter_rows(const training_block *block) {
    const int row_bytes = 2 * (block->size + 2) * network_panel * (int)sizeof(float);
    const int fit = 64 * 1024 / row_bytes;
    const int rows = training_larger(1, training_smaller(block->size_out, (fit - 3 + block->stride) / block->stride));
    const int bands = (block->size_out + rows - 1) / rows;
    return (block->size_out + bands - 1) / bands;
}

/// The rows and images of the expanded map whose gradients are in memory at a time. More than one image only if images
/// are whole. At stride 2 the number of rows is even, so that gradients have the same positions in every band.
typedef struct {
    int rows, images;
} training_band;

static inline training_band training_backward_band(const training_block *block) {
    const int panels = network_panels(block->channels_expanded) + 2;
    const int row_bytes = panels * block->size * network_panel * (int)sizeof(float);
    training_band band;
    band.rows = training_larger(2, training_smaller(block->size, training_cache / row_bytes));
    const int bands = (block->size + band.rows - 1) / band.rows;
    band.rows = (block->size + bands - 1) / bands;
    if (bands > 1) { band.rows += band.rows % 2; }
    band.images = bands > 1 ? 1 : training_larger(1, training_cache / (row_bytes * block->size));
    return band;
}

/// The rows of the filtered map whose gradients reach rows `row` … `row` + `rows` − 1 of the expanded map.
typedef struct {
    int first, end;
} training_rows;

static inline training_rows training_reaching_rows(const training_block *block, int row, int rows) {
    const int stride = block->stride;
    const int before = stride == 2 ? row - 2 + block->padding : row - 1;
    const int last = stride == 2 ? row + rows - 1 + block->padding : row + rows;
    return (training_rows){
        .first = training_larger(0, (before + stride - 1) / stride),
        .end = training_smaller(block->size_out, last / stride + 1)};
}

/// Returns the number of images whose last maps are in memory at a time.
static inline int training_head_images(const training_head *head) {
    return training_larger(1, training_chunk(network_panels(head->channels_out)) / head->pixels);
}
