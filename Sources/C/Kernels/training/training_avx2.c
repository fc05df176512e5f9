// Training kernels for AVX2 with fused multiply-add. The 16 registers hold 8 sums and 2 vectors.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include "training_kernels.h"

#define NAME(stem) training_avx2_##stem
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define OUTER_ROWS 4
#define OUTER_VECTORS 2
#define FILTER_PIXELS 4
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "training_kernels_body.h"

const training_kernels training_kernels_avx2 = TRAINING_KERNELS;

#endif
