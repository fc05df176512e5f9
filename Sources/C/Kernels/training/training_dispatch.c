#pragma STDC FP_CONTRACT OFF

#include "training_kernels.h"

const training_kernels *training_kernels_for(network_instructions instructions) {
    switch (instructions) {
#if defined(__x86_64__)
    case network_avx2: return &training_kernels_avx2;
    case network_avx512: return &training_kernels_avx512;
#endif
    default: return &training_kernels_portable;
    }
}
