#pragma once

#include "network_kernels.h"

/// The kernels of an instruction set that this machine has.
const network_kernels *network_kernels_for(network_instructions instructions);
