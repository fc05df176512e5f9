// Split-precision kernels with a bit-identical emulation of AMX tiles in C.
//
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, TDPBF16PS. Products at even and odd positions
// are summed separately with fused multiply-adds, then added together and to the tile, rounded to nearest, ties to
// even. Subnormal inputs and outputs are zero. A product of two bfloat16 is exact in float32, so a multiplication and
// an addition equal a fused multiply-add.

#pragma STDC FP_CONTRACT OFF

#include "network_split.h"

#define NAME(stem) network_split_emulated_##stem
#define TARGET

typedef struct {
    uint8_t bytes[16][64];
} tile;

static void tile_load(tile *to, const void *from, size_t row) {
    for (size_t y = 0; y < 16; y++) { __builtin_memcpy(to->bytes[y], (const uint8_t *)from + y * row, 64); }
}

static void tile_store(const tile *from, void *to, size_t row) {
    for (size_t y = 0; y < 16; y++) { __builtin_memcpy((uint8_t *)to + y * row, from->bytes[y], 64); }
}

/// Returns 0 for subnormal numbers.
static inline float flushed(float value) { return __builtin_fabsf(value) < 0x1p-126f ? 0 : value; }

static inline float wide(uint16_t half) {
    const uint32_t bits = (uint32_t)half << 16;
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return flushed(value);
}

static void tile_product(tile *sum, const tile *pixels, const tile *channels) {
    // The even positions of a row of channels, then the odd ones.
    float columns[16][2][16];
    for (int k = 0; k < 16; k++) {
        uint16_t row[32];
        __builtin_memcpy(row, channels->bytes[k], sizeof row);
        for (int n = 0; n < 16; n++) {
            columns[k][0][n] = wide(row[2 * n]);
            columns[k][1][n] = wide(row[2 * n + 1]);
        }
    }
    for (int m = 0; m < 16; m++) {
        uint16_t row[32];
        __builtin_memcpy(row, pixels->bytes[m], sizeof row);
        float parts[2][16] = {0};
        for (int k = 0; k < 16; k++) {
            for (int part = 0; part < 2; part++) {
                const float x = wide(row[2 * k + part]);
                for (int n = 0; n < 16; n++) {
                    parts[part][n] = flushed(parts[part][n] + x * columns[k][part][n]);
                }
            }
        }
        float total[16];
        __builtin_memcpy(total, sum->bytes[m], sizeof total);
        for (int n = 0; n < 16; n++) {
            total[n] = flushed(flushed(total[n]) + flushed(parts[0][n] + parts[1][n]));
        }
        __builtin_memcpy(sum->bytes[m], total, sizeof total);
    }
}

#define TILES_BEGIN tile tiles[8];
#define TILES_END
#define TILE_ZERO(t) __builtin_memset(&tiles[t], 0, sizeof(tile))
#define TILE_LOAD(t, from, bytes) tile_load(&tiles[t], from, bytes)
#define TILE_PRODUCT(sum, pixels, channels) tile_product(&tiles[sum], &tiles[pixels], &tiles[channels])
#define TILE_STORE(t, to, bytes) tile_store(&tiles[t], to, bytes)

#include "network_split_body.h"

const network_split network_split_kernels_emulated = {
    network_split_emulated_halve, network_split_emulated_pointwise};
