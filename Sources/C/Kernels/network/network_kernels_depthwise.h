// 3 × 3 depthwise convolutions. Part of `network_kernels_body.h`.
//
// An input value contributes to up to nine sums. It is loaded once for all sums of a tile, because repeated loads would
// take as long as the multiplications.

/// Sums `rows` × `count` pixels whose first top left neighbor is at `input`. Every sum adds its products row by row.
INLINE void NAME(depthwise_tile)(
    const int rows, const int count, const int stride, const network_depthwise *a, const VECTOR *weights, VECTOR bias,
    VECTOR low, VECTOR high, const float *input, float *output) {
    const int height = (rows - 1) * stride + 3, width = (count - 1) * stride + 3;
    VECTOR sum[DEPTHWISE_ROWS][DEPTHWISE_PIXELS];
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int p = 0; p < count; p++) { sum[row][p] = bias; }
    }
    UNROLL for (int y = 0; y < height; y++) {
        UNROLL for (int x = 0; x < width; x++) {
            const VECTOR value = NAME(load)(input + (size_t)y * a->input_row + x * network_panel);
            UNROLL for (int row = 0; row < rows; row++) {
                const int tap_y = y - row * stride;
                if (tap_y < 0 || tap_y > 2) { continue; }
                UNROLL for (int p = 0; p < count; p++) {
                    const int tap_x = x - p * stride;
                    if (tap_x < 0 || tap_x > 2) { continue; }
                    sum[row][p] = MULTIPLY_ADD(value, weights[3 * tap_y + tap_x], sum[row][p]);
                }
            }
        }
    }
    UNROLL for (int row = 0; row < rows; row++) {
        float *to = output + (size_t)(row * a->pixels) * network_panel;
        UNROLL for (int p = 0; p < count; p++) { NAME(store)(to + p * network_panel, NAME(limited)(sum[row][p], low, high)); }
    }
}

/// Sums `count` pixels, each with its own top left neighbor.
INLINE void NAME(depthwise_places)(
    const int count, const network_depthwise *a, const int32_t *places, const VECTOR *weights, VECTOR bias,
    VECTOR low, VECTOR high, const float *input, float *output) {
    VECTOR sum[DEPTHWISE_PIXELS];
    const float *from[DEPTHWISE_PIXELS];
    UNROLL for (int p = 0; p < count; p++) {
        sum[p] = bias;
        from[p] = input + (size_t)places[p] * network_panel;
    }
    UNROLL for (int y = 0; y < 3; y++) {
        UNROLL for (int x = 0; x < 3; x++) {
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR value = NAME(load)(from[p] + (size_t)y * a->input_row + x * network_panel);
                sum[p] = MULTIPLY_ADD(value, weights[3 * y + x], sum[p]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) { NAME(store)(output + p * network_panel, NAME(limited)(sum[p], low, high)); }
}

/// Sums some rows of pixels in tiles of nearly equal size. With `stride` 0, the position of every pixel is looked up.
INLINE void NAME(depthwise_rows)(
    const network_depthwise *a, const int rows, const int stride, const VECTOR *weights, VECTOR bias,
    VECTOR low, VECTOR high, const float *input, float *output) {
    const int tiles = (a->pixels + DEPTHWISE_PIXELS - 1) / DEPTHWISE_PIXELS;
    for (int tile = 0; tile < tiles; tile++) {
        const int first = a->pixels * tile / tiles;
        const int count = a->pixels * (tile + 1) / tiles - first;
        const float *from = input + (size_t)(first * stride) * network_panel;
        float *to = output + (size_t)first * network_panel;
#define TILE(n) \
    case n: \
        if (rows > 1 && n < DEPTHWISE_PIXELS) { break; } \
        if (stride) { \
            NAME(depthwise_tile)(rows, n, stride, a, weights, bias, low, high, from, to); \
        } else { \
            NAME(depthwise_places)(n, a, a->places + first, weights, bias, low, high, from, to); \
        } \
        break;
        switch (count) {
            TILE(1) TILE(2) TILE(3) TILE(4)
#if DEPTHWISE_PIXELS > 4
            TILE(5) TILE(6) TILE(7)
#endif
        }
#undef TILE
    }
}

INLINE void NAME(depthwise_lanes)(const network_depthwise *a, int lane, const int stride) {
    VECTOR weights[9];
    UNROLL for (int k = 0; k < 9; k++) { weights[k] = NAME(load)(a->weights + k * network_panel + lane); }
    const VECTOR bias = NAME(load)(a->bias + lane);
    const float *limits = (a->limits ? a->limits : NAME(zero_to_six)) + lane;
    const VECTOR low = NAME(load)(limits), high = NAME(load)(limits + network_panel);
    const float *input = a->input + lane;
    float *output = a->output + lane;
    const size_t input_row = (size_t)(stride ? stride : a->stride) * a->input_row;
    const size_t output_row = (size_t)a->pixels * network_panel;
    int row = 0;
    // Two rows share loads of the input, which pays most if all tiles are full.
    if (stride && a->pixels % DEPTHWISE_PIXELS == 0) {
        for (; row + DEPTHWISE_ROWS <= a->rows; row += DEPTHWISE_ROWS) {
            NAME(depthwise_rows)(
                a, DEPTHWISE_ROWS, stride, weights, bias, low, high, input + (size_t)row * input_row,
                output + (size_t)row * output_row);
        }
    }
    for (; row < a->rows; row++) {
        NAME(depthwise_rows)(
            a, 1, stride, weights, bias, low, high, input + (size_t)row * input_row, output + (size_t)row * output_row);
    }
}

static TARGET void NAME(depthwise)(const network_depthwise *a) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        if (a->places) {
            NAME(depthwise_lanes)(a, lane, 0);
        } else if (a->stride == 1) {
            NAME(depthwise_lanes)(a, lane, 1);
        } else {
            NAME(depthwise_lanes)(a, lane, 2);
        }
    }
}
