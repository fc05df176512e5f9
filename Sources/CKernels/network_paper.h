#pragma once

#include "network.h"

/// What of a block is computed where the rest is paper: bytes, 1 for a pixel that is.
typedef struct {
    const uint8_t *filtered;  ///< size_out × size_out: the depthwise convolution and the projection
    const uint8_t *expanded;  ///< size × size: the expansion, wherever a computed pixel behind it looks
} network_work;

/// Finds out what there is to do, into `paper->scratch`.
///
/// - Returns: false where so little can be left out that all is done quicker.
bool network_plan_work(const network_block *block, const network_paper *paper, network_work *work);

/// Writes what paper gives wherever nothing was computed.
void network_fill_paper(
    const network_block *block, const network_paper *paper, const network_work *work, float *output,
    size_t output_panel);

/// The next run of ones in a row of marks from `*end` on.
static inline bool network_next_span(const uint8_t *marks, int width, int *first, int *end) {
    int x = *end;
    while (x < width && !marks[x]) { x++; }
    *first = x;
    while (x < width && marks[x]) { x++; }
    *end = x;
    return *first < x;
}
