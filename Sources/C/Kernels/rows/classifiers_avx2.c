// Classifier kernels for processors with AVX2 and FMA.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL avx2
#define LEVEL_BITS 256
#include "classifier_kernels.inc"
#pragma clang attribute pop
#endif
