// Training kernels for AVX-512. The 32 registers hold 16 sums and 2 vectors; broadcasts come from memory.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include "training_kernels.h"

#define NAME(stem) training_avx512_##stem
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define LANES 16
#define OUTER_ROWS 8
#define OUTER_VECTORS 2
#define FILTER_PIXELS 7
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "training_kernels_body.h"

const training_kernels training_kernels_avx512 = TRAINING_KERNELS;

#endif
