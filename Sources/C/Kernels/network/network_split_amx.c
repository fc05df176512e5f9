// The split kernels on Intel's AMX.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__linux__)

#define _DEFAULT_SOURCE
#include "network_split.h"

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME(stem) network_split_amx_##stem
#define TARGET __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl")))

/// The operand of ldtilecfg: palette 1, eight tiles of 16 rows of 64 bytes.
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_configuration;

static const tile_configuration configuration = {
    .palette = 1,
    .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
    .rows = {16, 16, 16, 16, 16, 16, 16, 16},
};

#define TILES_BEGIN _tile_loadconfig(&configuration);
#define TILES_END _tile_release();
#define TILE_ZERO(t) _tile_zero(t)
#define TILE_LOAD(t, from, bytes) _tile_loadd(t, from, bytes)
#define TILE_PRODUCT(sum, pixels, channels) _tile_dpbf16ps(sum, pixels, channels)
#define TILE_STORE(t, to, bytes) _tile_stored(t, to, bytes)

#include "network_split_body.h"

const network_split network_split_kernels_amx = {network_split_amx_halve, network_split_amx_pointwise};

__attribute__((target("xsave"))) static bool system_keeps_tiles(void) {
    const unsigned long long tiles = 3ull << 17;  // XTILECFG and XTILEDATA
    return (_xgetbv(0) & tiles) == tiles;
}

bool network_has_amx(void) {
    unsigned int eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE)) { return false; }
    const unsigned int tile_and_bf16 = 1u << 24 | 1u << 22;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || (edx & tile_and_bf16) != tile_and_bf16) { return false; }
    // Linux grants the 8 KiB of tile state on request (ARCH_REQ_XCOMP_PERM), for all threads of the process.
    const long ask_for = 0x1023, tile_data = 18;
    return system_keeps_tiles() && syscall(SYS_arch_prctl, ask_for, tile_data) == 0;
}

#endif
