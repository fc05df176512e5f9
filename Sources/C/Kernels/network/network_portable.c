// Kernels for the base architecture: SSE2 on x86-64, NEON on arm64.

#pragma STDC FP_CONTRACT OFF

#include "network_kernels.h"

#define NAME(stem) network_portable_##stem
#define TARGET
#define LANES 4
#define RUN_LENGTH 32
#if defined(__aarch64__)
// The 32 registers hold 24 sums and 4 weights.
#define TILE_PIXELS 6
#define TILE_VECTORS 4
#define DEPTHWISE_ROWS 2
#define DEPTHWISE_PIXELS 7
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
// 16 registers without fused multiply-add hold 8 sums, 2 weights and a product.
#define TILE_PIXELS 4
#define TILE_VECTORS 2
#define DEPTHWISE_ROWS 1
#define DEPTHWISE_PIXELS 4
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

#include "network_kernels_body.h"

const network_kernels network_kernels_portable = {
    .pointwise = network_portable_pointwise,
    .convolution = network_portable_convolution,
    .depthwise = network_portable_depthwise,
    .mean = network_portable_mean,
};
