// Kernels for AVX2 with fused multiply-add. The 16 registers hold 12 sums, 2 weights and 1 activation.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include "network_kernels.h"

#define NAME(stem) network_avx2_##stem
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define TILE_PIXELS 6
#define TILE_VECTORS 2
#define DEPTHWISE_ROWS 1
#define DEPTHWISE_PIXELS 6
#define RUN_LENGTH 192
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "network_kernels_body.h"

const network_kernels network_kernels_avx2 = {
    .pointwise = network_avx2_pointwise,
    .convolution = network_avx2_convolution,
    .depthwise = network_avx2_depthwise,
    .mean = network_avx2_mean,
};

#endif
