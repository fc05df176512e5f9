// Selects kernels at run time.

#pragma STDC FP_CONTRACT OFF

#include "network_dispatch.h"

bool network_supports(network_instructions instructions) {
    switch (instructions) {
    case network_portable: return true;
    case network_split_emulated: return true;
#if defined(__x86_64__) && defined(__linux__)
    case network_split_amx: return network_supports(network_avx512) && network_has_amx();
#endif
#if defined(__x86_64__)
    // The compiler's run-time library also checks that the operating system saves the wide registers.
    case network_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case network_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    default: return false;
    }
}

const network_kernels *network_kernels_for(network_instructions instructions) {
    switch (instructions) {
#if defined(__x86_64__)
    case network_avx2: return &network_kernels_avx2;
    case network_split_amx:
    case network_avx512: return &network_kernels_avx512;
#endif
    default: return &network_kernels_portable;
    }
}

const network_split *network_split_for(network_instructions instructions) {
    switch (instructions) {
#if defined(__x86_64__) && defined(__linux__)
    case network_split_amx: return &network_split_kernels_amx;
#endif
    case network_split_emulated: return &network_split_kernels_emulated;
    default: return NULL;
    }
}
