// Preparation of weights (into panels) and images (bytes into centered floats).

#pragma STDC FP_CONTRACT OFF

#include "network_split.h"

void network_pack(const float *kernel, int channels_in, int channels_out, const double *factors, float *packed) {
    for (int first = 0; first < channels_out; first += network_panel) {
        for (int k = 0; k < channels_in; k++) {
            _Pragma("clang loop unroll(full)") for (int lane = 0; lane < network_panel; lane++) {
                const int channel = first + lane;
                *packed++ = channel < channels_out
                    ? (float)((double)kernel[(size_t)k * (size_t)channels_out + (size_t)channel] * factors[channel])
                    : 0;
            }
        }
    }
}

size_t network_split_count(int channels_in, int channels_out) {
    return (size_t)network_panels(channels_out) * (size_t)split_blocks(channels_in) * 2 * split_tile;
}

void network_pack_split(
    const float *kernel, int channels_in, int channels_out, const double *factors, uint16_t *packed) {
    for (int first = 0; first < channels_out; first += network_panel) {
        for (int block = 0; block < split_blocks(channels_in); block++, packed += 2 * split_tile) {
            for (int place = 0; place < split_tile; place++) {
                // Pairs of input channels, one pair per output channel, in sixteen rows.
                const int k = block * split_depth + place / split_depth * 2 + place % 2;
                const int channel = first + place % split_depth / 2;
                const float value = k < channels_in && channel < channels_out
                    ? (float)((double)kernel[(size_t)k * (size_t)channels_out + (size_t)channel] * factors[channel])
                    : 0;
                float rounded, unused;
                packed[place] = split_round(value, &rounded);
                packed[split_tile + place] = split_round(value - rounded, &unused);
            }
        }
    }
}

size_t network_staged_row(int size) { return (size_t)size + 2; }

void network_stage_image(const uint8_t *gray, int size, float *staged) {
    const size_t row = network_staged_row(size);
    const float border = -127.5f;
    for (size_t x = 0; x < row; x++) {
        staged[x] = staged[(size_t)(size + 1) * row + x] = border;
    }
    for (int y = 0; y < size; y++) {
        const uint8_t *from = gray + (size_t)y * (size_t)size;
        float *to = staged + (size_t)(y + 1) * row + 1;
        to[-1] = to[size] = border;
        for (int x = 0; x < size; x++) { to[x] = (float)((int)from[x] - 255); }
    }
}
