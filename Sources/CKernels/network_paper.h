#pragma once

#include "network.h"

/// Neighbouring pixels of a row: [first, end).
typedef struct {
    uint16_t first, end;
} network_span;

/// What of a block is computed where the rest is paper. Rows of spans end with an empty one.
typedef struct {
    const uint8_t *marks;          ///< size_out × size_out: 1 for a pixel that is filtered and projected
    const network_span *filtered;  ///< the same, as spans
    const network_span *expanded;  ///< of the expanded map: wherever a computed pixel behind it looks
    int filtered_row, expanded_row;  ///< spans from one row to the next
} network_work;

/// Finds out what there is to do, into `paper->scratch`.
///
/// - Returns: false where so little can be left out that all is done quicker.
bool network_plan_work(const network_block *block, const network_paper *paper, network_work *work);

/// Writes what paper gives wherever nothing was computed.
void network_fill_paper(
    const network_block *block, const network_paper *paper, const network_work *work, float *output,
    size_t output_panel);
