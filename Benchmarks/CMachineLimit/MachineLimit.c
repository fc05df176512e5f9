#define _POSIX_C_SOURCE 200809L
#include "CMachineLimit.h"

#include <stddef.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { chains = 16 };

/// Sixteen independent chains hide the latency of the multiply-add. Writing the result prevents its removal.
#define DEFINE_LIMIT(NAME, WIDTH, TARGET)                                                          \
    typedef float vector_##NAME __attribute__((vector_size(WIDTH * 4)));                           \
    TARGET static size_t run_##NAME(size_t turns, volatile float *sink) {                          \
        vector_##NAME sums[chains];                                                                \
        vector_##NAME factor, term;                                                                \
        for (int lane = 0; lane < WIDTH; lane++) {                                                 \
            factor[lane] = 0.999f;                                                                 \
            term[lane] = 0.001f;                                                                   \
            for (int chain = 0; chain < chains; chain++) sums[chain][lane] = (float)chain;         \
        }                                                                                          \
        for (size_t turn = 0; turn < turns; turn++) {                                              \
            for (int chain = 0; chain < chains; chain++) {                                         \
                sums[chain] = sums[chain] * factor + term;                                         \
                __asm__ volatile("" : "+" REGISTER_##NAME(sums[chain]));                           \
            }                                                                                      \
        }                                                                                          \
        for (int chain = 0; chain < chains; chain++) *sink += sums[chain][0];                      \
        return turns * chains * WIDTH * 2;                                                         \
    }

#if defined(__x86_64__)
#define REGISTER_wide "v"
#define REGISTER_middle "x"
#define REGISTER_narrow "x"
DEFINE_LIMIT(wide, 16, __attribute__((target("avx512f,fma"))))
DEFINE_LIMIT(middle, 8, __attribute__((target("avx2,fma"))))
#else
#define REGISTER_narrow "w"
#endif
DEFINE_LIMIT(narrow, 4, )

static size_t run(size_t turns, volatile float *sink) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return run_wide(turns, sink);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return run_middle(turns, sink);
#endif
    return run_narrow(turns, sink);
}

double machine_fma_limit(double seconds) {
    volatile float sink = 0;
    run(100000, &sink);
    double best = 0;
    double end = now() + seconds;
    while (now() < end) {
        double start = now();
        size_t operations = run(400000, &sink);
        double rate = (double)operations / (now() - start) * 1e-9;
        if (rate > best) best = rate;
    }
    return best;
}
