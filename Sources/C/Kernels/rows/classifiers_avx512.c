// Classifier kernels for processors with AVX-512.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define LEVEL avx512
#define LEVEL_BITS 512
#include "classifier_kernels.inc"
#pragma clang attribute pop
#endif
