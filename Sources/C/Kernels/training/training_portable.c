// Training kernels for the base architecture: SSE2 on x86-64, NEON on arm64.

#pragma STDC FP_CONTRACT OFF

#include "training_kernels.h"

#define NAME(stem) training_portable_##stem
#define TARGET
#define LANES 4
#define OUTER_ROWS 4
#define OUTER_VECTORS 2
#define FILTER_PIXELS 4
#if defined(__aarch64__)
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

#include "training_kernels_body.h"

const training_kernels training_kernels_portable = TRAINING_KERNELS;
