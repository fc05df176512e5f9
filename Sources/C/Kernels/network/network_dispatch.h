#pragma once

#include "network_split.h"

/// Returns the kernels of a supported instruction set.
const network_kernels *network_kernels_for(network_instructions instructions);

/// Returns the split-precision kernels of an instruction set; NULL if it has none.
const network_split *network_split_for(network_instructions instructions);
