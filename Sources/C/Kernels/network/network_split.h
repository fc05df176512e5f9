#pragma once

// 1 × 1 convolutions in split precision: each float as the sum of two bfloat16, a rounded one and the rest, and of
// the four products of two such sums the three that matter, summed in float32 by tiles of 16 × 16.
//
// What is left out is below 2⁻¹⁶ of a product. The tiles are Intel's AMX where the processor has it, else plain C that
// does the same, to the bit: that is not fast, and there so that it can be tested on any machine.
//
// A split map of c channels over n pixels lies as [⌈c/32⌉][2][⌈n/16⌉ · 16][32]: rounded parts, then rests; channels
// beyond c and pixels beyond n are zero. Split weights lie as [out panels][⌈in/32⌉][2][16][16][2]: sixteen pairs of
// channels in, for sixteen channels out.

#include "network_kernels.h"

enum { split_depth = 32, split_pixels = 16, split_tile = split_pixels * split_depth };

typedef struct network_split {
    /// Splits a map.
    void (*halve)(const float *input, size_t input_panel, int channels, int pixels, uint16_t *halves);
    /// `network_kernels.pointwise`, of `split_input` and `split_weights`.
    void (*pointwise)(const network_pointwise *);
} network_split;

extern const network_split network_split_kernels_emulated;
#if defined(__x86_64__) && defined(__linux__)
extern const network_split network_split_kernels_amx;
/// Whether the processor has the tiles and the operating system lets this process use them.
bool network_has_amx(void);
#endif

/// Blocks of 32 channels.
static inline int split_blocks(int channels) { return (channels + split_depth - 1) / split_depth; }

/// Pixels up to a whole tile.
static inline int split_padded(int pixels) { return (pixels + split_pixels - 1) / split_pixels * split_pixels; }

/// Floats of memory that a split map takes.
static inline size_t split_floats(int channels, int pixels) {
    return (size_t)split_blocks(channels) * (size_t)split_padded(pixels) * split_depth;
}

/// The nearest bfloat16, ties to even, of a finite number, and the same as a float.
static inline uint16_t split_round(float value, float *rounded) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    bits += 0x7FFF + ((bits >> 16) & 1);
    bits &= 0xFFFF0000;
    __builtin_memcpy(rounded, &bits, sizeof bits);
    return (uint16_t)(bits >> 16);
}
