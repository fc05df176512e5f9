#pragma once

#include "network_kernels.h"

/// Returns whether an image has so much paper that skipping it is faster than computing all pixels.
bool network_is_mostly_paper(const network_block *block, const network_paper *paper);

/// Returns the floats of scratch memory for `network_run_inked`.
size_t network_inked_scratch(const network_block *block);

/// Runs a block for one image where ink reaches, and copies the blank map elsewhere.
void network_run_inked(
    const network_kernels *kernels, const network_block *block, const float *input, float *output,
    size_t output_panel, float *scratch, const network_paper *paper);
