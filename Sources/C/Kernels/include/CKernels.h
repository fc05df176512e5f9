#pragma once

// Kernels with run-time dispatch: `network` for inference, `training` for a step of it, `rows` for the classifiers.
//
// The package sets no compiler flags for them, so that other packages can use it by version. Every .c file begins with
// `#pragma STDC FP_CONTRACT OFF`: a product and a sum become one instruction only where the code asks for it, and the
// bits do not depend on the build. Loops whose speed depends on being unrolled say so, and do not count on -O3.

#include "classifiers.h"
#include "network.h"
#include "row_products.h"
#include "training.h"
