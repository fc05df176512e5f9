#pragma STDC FP_CONTRACT OFF

#include "classifiers.h"

extern const classifier_kernels classifier_kernels_portable;
#if defined(__x86_64__)
extern const classifier_kernels classifier_kernels_avx2;
extern const classifier_kernels classifier_kernels_avx512;
#endif

classifier_kernel_level classifier_kernels_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return CLASSIFIER_KERNELS_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CLASSIFIER_KERNELS_AVX2;
#endif
    return CLASSIFIER_KERNELS_PORTABLE;
}

const classifier_kernels *classifier_kernels_at(classifier_kernel_level level) {
    if (level > classifier_kernels_best_level()) return NULL;
    switch (level) {
#if defined(__x86_64__)
    case CLASSIFIER_KERNELS_AVX512: return &classifier_kernels_avx512;
    case CLASSIFIER_KERNELS_AVX2: return &classifier_kernels_avx2;
#endif
    default: return &classifier_kernels_portable;
    }
}
