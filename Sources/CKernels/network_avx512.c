// The kernels for AVX-512. 32 registers: 28 sums, 2 weights, 1 activation.

#if defined(__x86_64__)

#include "network_kernels.h"

#define NAME(stem) network_avx512_##stem
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define LANES 16
#define TILE_PIXELS 14
#define TILE_VECTORS 2
#define DEPTHWISE_PIXELS 7
#define PRECISE_PIXELS 4
#define RUN_LENGTH 192
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "network_kernels_body.h"

const network_kernels network_kernels_avx512 = {
    .pointwise = network_avx512_pointwise,
    .convolution = network_avx512_convolution,
    .depthwise = network_avx512_depthwise,
    .mean = network_avx512_mean,
};

#endif
