// Kernels for one instruction set. The including file defines
//   NAME(stem)        the name of a function for this instruction set
//   TARGET            the attribute that enables its instructions
//   LANES             floats per vector: 4, 8 or 16
//   TILE_PIXELS       the maximum number of pixels and
//   TILE_VECTORS      of channel vectors that are summed in registers at a time
//   DEPTHWISE_ROWS    the maximum number of rows and
//   DEPTHWISE_PIXELS  of pixels per row that the depthwise convolution sums at a time
//   MULTIPLY_ADD      a·b + c of vectors
//   TWICE_HALF, HALF_OF_EACH, SECOND_HALF
//                     shuffles of a vector that is a whole panel, for half-empty panels; all of them or none
//   HALF_MASK         with them: the result of NAME(half_mask)(), for HALF_OF_EACH
//   RUN_LENGTH        products summed in one run before it is added to the total; rounding errors grow with it
//
// No `#pragma once`: each including file has its own definitions.

typedef float NAME(vector) __attribute__((ext_vector_type(LANES), may_alias));
#define VECTOR NAME(vector)
#define INLINE static inline __attribute__((always_inline)) TARGET
#if __has_feature(address_sanitizer)
// With sanitizer checks in unrolled tiles, the compiler would take minutes. The accesses are the same.
#define UNROLL
#else
#define UNROLL _Pragma("clang loop unroll(full)")
#endif
#define KEEP_LOOP _Pragma("clang loop unroll(disable)")

INLINE VECTOR NAME(load)(const float *from) { return *(const VECTOR *)from; }

INLINE void NAME(store)(float *to, VECTOR value) { *(VECTOR *)to = value; }

/// The bounds of each channel if they are 0 and 6.
static const float NAME(zero_to_six)[2 * network_panel] __attribute__((aligned(64))) = {
    [network_panel ... 2 * network_panel - 1] = 6};

INLINE VECTOR NAME(limited)(VECTOR x, VECTOR low, VECTOR high) {
    x = x > low ? x : low;
    return x < high ? x : high;
}

/// Returns the offset of vector v of a tile. Panels are `panel` floats apart and may hold several vectors.
INLINE size_t NAME(place)(int v, size_t panel) {
    return (size_t)(v * LANES / network_panel) * panel + (size_t)(v * LANES % network_panel);
}

#include "network_kernels_pointwise.h"
#include "network_kernels_convolution.h"
#include "network_kernels_depthwise.h"

static TARGET void NAME(mean)(const float *input, int pixels, float *means) {
    UNROLL for (int lane = 0; lane < network_panel; lane += LANES) {
        // Four running sums give shorter dependency chains and smaller rounding errors.
        VECTOR sum[4] = {0, 0, 0, 0};
        int pixel = 0;
        for (; pixel + 4 <= pixels; pixel += 4) {
            UNROLL for (int s = 0; s < 4; s++) {
                sum[s] += NAME(load)(input + (size_t)(pixel + s) * network_panel + lane);
            }
        }
        for (; pixel < pixels; pixel++) { sum[0] += NAME(load)(input + (size_t)pixel * network_panel + lane); }
        const VECTOR count = (float)pixels;
        NAME(store)(means + lane, ((sum[0] + sum[1]) + (sum[2] + sum[3])) / count);
    }
}
