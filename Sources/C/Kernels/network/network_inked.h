#pragma once

#include "network_kernels.h"

/// Whether so much of an image is paper that leaving it out is quicker than going through all of it.
bool network_is_mostly_paper(const network_block *block, const network_paper *paper);

/// Floats of scratch memory that `network_run_inked` needs.
size_t network_inked_scratch(const network_block *block);

/// Runs a block for one image, only where ink reaches; everywhere else the output becomes that of a blank image.
void network_run_inked(
    const network_kernels *kernels, const network_block *block, const float *input, float *output,
    size_t output_panel, float *scratch, const network_paper *paper);
