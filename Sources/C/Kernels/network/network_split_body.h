// Split-precision kernels. The including file defines
//   NAME(stem)          the name of a function of this variant
//   TARGET              the attribute that enables its instructions
//   TILES_BEGIN         declares or configures the tiles: eight of 16 rows of 64 bytes
//   TILES_END           releases them
//   TILE_ZERO(t), TILE_LOAD(t, from, bytes), TILE_PRODUCT(sum, pixels, channels), TILE_STORE(t, to, bytes)
//                       tilezero, tileloadd, tdpbf16ps and tilestored of AMX; tile numbers are constants
//
// No `#pragma once`: each including file has its own definitions.

static TARGET void NAME(halve)(
    const float *input, size_t input_panel, int channels, int pixels, uint16_t *halves) {
    const int padded = split_padded(pixels);
    const int panels = network_panels(channels);
    for (int block = 0; block < split_blocks(channels); block++) {
        uint16_t *high = halves + (size_t)block * 2 * (size_t)padded * split_depth;
        uint16_t *low = high + (size_t)padded * split_depth;
        for (int part = 0; part < split_depth / network_panel; part++) {
            const int panel = block * (split_depth / network_panel) + part;
            const float *from = input + (size_t)panel * input_panel;
            for (int pixel = 0; pixel < padded; pixel++) {
                uint16_t *restrict to = high + (size_t)pixel * split_depth + part * network_panel;
                uint16_t *restrict rest = low + (size_t)pixel * split_depth + part * network_panel;
                if (panel < panels && pixel < pixels) {
                    const float *values = from + (size_t)pixel * network_panel;
                    for (int lane = 0; lane < network_panel; lane++) {
                        float rounded, unused;
                        to[lane] = split_round(values[lane], &rounded);
                        rest[lane] = split_round(values[lane] - rounded, &unused);
                    }
                } else {
                    __builtin_memset(to, 0, network_panel * sizeof *to);
                    __builtin_memset(rest, 0, network_panel * sizeof *rest);
                }
            }
        }
    }
}

/// Adds bias, then ReLU6 or residual, for the first `count` pixels of a tile of sums, and stores each at its position.
static inline __attribute__((always_inline)) TARGET void NAME(finish)(
    const network_pointwise *a, const float *sums, int panel, int first, int count) {
    const float *bias = a->bias + (size_t)panel * network_panel;
    for (int p = 0; p < count; p++, sums += network_panel) {
        const int pixel = first + p;
        const size_t place = a->places ? (size_t)a->places[pixel] * network_panel
                                       : (size_t)(pixel / a->pixels) * a->output_row
                                             + (size_t)(pixel % a->pixels) * network_panel;
        float *restrict output = a->output + (size_t)panel * a->output_panel + place;
        if (a->residual) {
            const float *residual = a->residual + (size_t)panel * a->residual_panel + place;
            for (int c = 0; c < network_panel; c++) { output[c] = sums[c] + bias[c] + residual[c]; }
        } else {
            const float *limits = a->limits ? a->limits + (size_t)panel * 2 * network_panel : NULL;
            for (int c = 0; c < network_panel; c++) {
                float y = sums[c] + bias[c];
                if (a->relu6) {
                    const float low = limits ? limits[c] : 0, high = limits ? limits[network_panel + c] : 6;
                    y = y > low ? y : low;
                    y = y < high ? y : high;
                }
                output[c] = y;
            }
        }
    }
}

/// Computes two tiles of pixels × two panels of channels at a time, so that each loaded tile is used twice.
static TARGET void NAME(pointwise)(const network_pointwise *a) {
    const int pixels = a->rows * a->pixels;
    const int blocks = split_blocks(a->channels_in);
    const size_t rest = (size_t)split_padded(pixels) * split_depth;  // from the rounded values of a map to its remainders
    const size_t weight_panel = (size_t)blocks * 2 * split_tile;
    _Alignas(64) float sums[4][split_pixels * network_panel];
    TILES_BEGIN
    for (int panel = 0; panel < a->panels; panel += 2) {
        const bool two_panels = panel + 1 < a->panels;
        const uint16_t *weights = a->split_weights + (size_t)panel * weight_panel;
        // Beyond the last panel it is used a second time, and the result is ignored.
        const uint16_t *other_weights = weights + (two_panels ? weight_panel : 0);
        for (int first = 0; first < pixels; first += 2 * split_pixels) {
            const bool two_tiles = first + split_pixels < pixels;
            const uint16_t *input = a->split_input + (size_t)first * split_depth;
            const size_t other = two_tiles ? split_tile : 0;
            TILE_ZERO(0);
            TILE_ZERO(1);
            TILE_ZERO(2);
            TILE_ZERO(3);
            for (int block = 0; block < blocks; block++) {
                const uint16_t *high = input + (size_t)block * 2 * rest, *low = high + rest;
                const uint16_t *columns = weights + (size_t)block * 2 * split_tile;
                const uint16_t *other_columns = other_weights + (size_t)block * 2 * split_tile;
                TILE_LOAD(4, low, 64);
                TILE_LOAD(5, low + other, 64);
                TILE_LOAD(6, columns, 64);
                TILE_LOAD(7, other_columns, 64);
                TILE_PRODUCT(0, 4, 6);
                TILE_PRODUCT(1, 4, 7);
                TILE_PRODUCT(2, 5, 6);
                TILE_PRODUCT(3, 5, 7);
                TILE_LOAD(4, high, 64);
                TILE_LOAD(5, high + other, 64);
                TILE_PRODUCT(0, 4, 6);
                TILE_PRODUCT(1, 4, 7);
                TILE_PRODUCT(2, 5, 6);
                TILE_PRODUCT(3, 5, 7);
                TILE_LOAD(6, columns + split_tile, 64);
                TILE_LOAD(7, other_columns + split_tile, 64);
                TILE_PRODUCT(0, 4, 6);
                TILE_PRODUCT(1, 4, 7);
                TILE_PRODUCT(2, 5, 6);
                TILE_PRODUCT(3, 5, 7);
            }
            TILE_STORE(0, sums[0], 64);
            TILE_STORE(1, sums[1], 64);
            TILE_STORE(2, sums[2], 64);
            TILE_STORE(3, sums[3], 64);
            for (int tile = 0; tile < 1 + two_tiles; tile++) {
                const int begin = first + tile * split_pixels;
                const int count = pixels - begin < split_pixels ? pixels - begin : split_pixels;
                for (int p = 0; p < 1 + two_panels; p++) {
                    NAME(finish)(a, sums[2 * tile + p], panel + p, begin, count);
                }
            }
        }
    }
    TILES_END
}
