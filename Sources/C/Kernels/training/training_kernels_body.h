// Training kernels for one instruction set. The including file defines
//   NAME(stem)      the name of a function for this instruction set
//   TARGET          the attribute that enables its instructions
//   LANES           floats per vector: 4, 8 or 16
//   OUTER_ROWS      channels (a divisor of 16) and
//   OUTER_VECTORS   vectors of channels whose products are summed in registers at a time
//   FILTER_PIXELS   pixels of a depthwise convolution that are summed at a time
//   MULTIPLY_ADD    a·b + c of vectors
//
// No `#pragma once`: each including file has its own definitions.

typedef float NAME(vector) __attribute__((ext_vector_type(LANES), may_alias));
typedef double NAME(doubles) __attribute__((ext_vector_type(LANES), may_alias, aligned(8)));
typedef int NAME(mask) __attribute__((ext_vector_type(LANES)));
#define VECTOR NAME(vector)
#define DOUBLES NAME(doubles)
#define MASK NAME(mask)
#define INLINE static inline __attribute__((always_inline)) TARGET
/// A macro, because vectors wider than the registers cannot be passed to a function.
#define WIDENED(value) __builtin_convertvector(value, DOUBLES)
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_LOOP _Pragma("clang loop unroll(disable)")

INLINE VECTOR NAME(load)(const float *from) { return *(const VECTOR *)from; }
INLINE void NAME(store)(float *to, VECTOR value) { *(VECTOR *)to = value; }

INLINE VECTOR NAME(clip)(VECTOR x) {
    const VECTOR zero = 0, six = 6;
    x = x > zero ? x : zero;
    return x < six ? x : six;
}

/// Returns `value` where x is strictly between 0 and 6 (where ReLU6 has a gradient), else 0.
INLINE VECTOR NAME(where_open)(VECTOR x, VECTOR value) {
    const VECTOR zero = 0, six = 6;
    const MASK open = (x > zero) & (x < six);
    return open ? value : zero;
}

#include "training_kernels_filter.h"
#include "training_kernels_outer.h"
#include "training_kernels_panels.h"

#define TRAINING_KERNELS \
    { \
        .outer = NAME(outer), .filter = NAME(filter), .filter_backward = NAME(filter_backward), \
        .normalize_clip = NAME(normalize_clip), .normalize = NAME(normalize), \
        .normalize_backward = NAME(normalize_backward), .clip_backward = NAME(clip_backward), \
        .clip_normalize_backward = NAME(clip_normalize_backward), .moments = NAME(moments), \
        .moments_away = LANES == network_panel ? NAME(moments_away) : 0, \
        .products = NAME(products), .pool = NAME(pool), .pool_backward = NAME(pool_backward), \
        .accumulate = NAME(accumulate), .multiply = NAME(multiply), \
    }
