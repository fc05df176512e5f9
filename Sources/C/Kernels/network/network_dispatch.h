#pragma once

#include "network_split.h"

/// The kernels of an instruction set that this machine has.
const network_kernels *network_kernels_for(network_instructions instructions);

/// How an instruction set computes 1 × 1 convolutions of split weights; NULL where it has none.
const network_split *network_split_for(network_instructions instructions);
