#pragma once

// Kernels with run-time dispatch: `network` for inference, `training` for a training step, `rows` for the classifiers.
//
// The package sets no compiler flags for them, so that other packages can depend on it by version. Every .c file begins
// with `#pragma STDC FP_CONTRACT OFF`. Products and sums are fused only where the code does so, and the bits do not
// depend on the build. Loops that must be unrolled have a pragma and do not rely on -O3.

#include "classifiers.h"
#include "network.h"
#include "row_products.h"
#include "training.h"
