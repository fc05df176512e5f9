// Kernels for AVX-512. The 32 registers hold 28 sums, 2 weights and 1 activation.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include <immintrin.h>

#include "network_kernels.h"

#define NAME(stem) network_avx512_##stem
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define LANES 16
#define TILE_PIXELS 14
#define TILE_VECTORS 2
#define DEPTHWISE_ROWS 2
#define DEPTHWISE_PIXELS 7
#define RUN_LENGTH 192
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

// Shuffles: the first eight lanes twice; the first eight lanes of one vector and the last eight of another; the last
// eight lanes of one and the first eight of another.
typedef float network_avx512_sixteen __attribute__((ext_vector_type(16), may_alias));
typedef float network_avx512_eight __attribute__((ext_vector_type(8), may_alias));
#define TWICE_HALF(from) \
    __builtin_shufflevector( \
        *(const network_avx512_eight *)(from), *(const network_avx512_eight *)(from), 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, \
        2, 3, 4, 5, 6, 7)
#define HALF_MASK __mmask16
#define HALF_OF_EACH(mask, a, b) \
    ((network_avx512_sixteen)_mm512_mask_blend_ps(mask, (__m512)(a), (__m512)(b)))
#define SECOND_HALF(a, b) \
    __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)

/// Selects the last eight lanes. With a constant mask the compiler would use a permutation, which competes with
/// multiplications for a port. A blend does not.
static inline __attribute__((always_inline)) TARGET __mmask16 network_avx512_half_mask(void) {
    __mmask16 mask = 0xff00;
    __asm__("" : "+k"(mask));
    return mask;
}

#include "network_kernels_body.h"

const network_kernels network_kernels_avx512 = {
    .pointwise = network_avx512_pointwise,
    .convolution = network_avx512_convolution,
    .depthwise = network_avx512_depthwise,
    .mean = network_avx512_mean,
};

#endif
