#pragma once

// 1 × 1 convolutions in split precision. Each float is the sum of two bfloat16, the rounded value and the remainder. Of
// the four products of two such sums, the three largest are added in float32 by tiles of 16 × 16.
//
// The omitted product is below 2⁻¹⁶ of the result. The tiles are Intel's AMX or a bit-identical emulation in C, which
// is slow and allows tests on any machine.
//
// A split map of c channels over n pixels is [⌈c/32⌉][2][⌈n/16⌉ · 16][32]: rounded values, then remainders. Channels
// beyond c and pixels beyond n are zero. Split weights are [out panels][⌈in/32⌉][2][16][16][2]: sixteen pairs of input
// channels for sixteen output channels.

#include "network_kernels.h"

enum { split_depth = 32, split_pixels = 16, split_tile = split_pixels * split_depth };

typedef struct network_split {
    /// Splits a map into rounded values and remainders.
    void (*halve)(const float *input, size_t input_panel, int channels, int pixels, uint16_t *halves);
    /// Does the same as `network_kernels.pointwise`, with `split_input` and `split_weights`.
    void (*pointwise)(const network_pointwise *);
} network_split;

extern const network_split network_split_kernels_emulated;
#if defined(__x86_64__) && defined(__linux__)
extern const network_split network_split_kernels_amx;
/// Returns whether the processor has AMX tiles and the operating system lets this process use them.
bool network_has_amx(void);
#endif

/// Returns the number of blocks of 32 channels.
static inline int split_blocks(int channels) { return (channels + split_depth - 1) / split_depth; }

/// Returns the number of pixels rounded up to whole tiles.
static inline int split_padded(int pixels) { return (pixels + split_pixels - 1) / split_pixels * split_pixels; }

/// Returns the number of floats that a split map takes.
static inline size_t split_floats(int channels, int pixels) {
    return (size_t)split_blocks(channels) * (size_t)split_padded(pixels) * split_depth;
}

/// Returns the nearest bfloat16 of a finite number (ties to even), also as a float in *rounded.
static inline uint16_t split_round(float value, float *rounded) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    bits += 0x7FFF + ((bits >> 16) & 1);
    bits &= 0xFFFF0000;
    __builtin_memcpy(rounded, &bits, sizeof bits);
    return (uint16_t)(bits >> 16);
}
