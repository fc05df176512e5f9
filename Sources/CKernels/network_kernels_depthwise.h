// 3 × 3 depthwise convolutions, in float32 and summed in double precision. Part of `network_kernels_body.h`.

/// `count` pixels, each with its own top left neighbour.
INLINE void NAME(depthwise_tile)(
    const int count, const VECTOR *weights, VECTOR bias, const float *const *from, size_t input_row, float *output) {
    VECTOR sum[DEPTHWISE_PIXELS];
    UNROLL for (int p = 0; p < count; p++) { sum[p] = 0; }
    UNROLL for (int y = 0; y < 3; y++) {
        UNROLL for (int x = 0; x < 3; x++) {
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR value = NAME(load)(from[p] + (size_t)y * input_row + x * network_panel);
                sum[p] = MULTIPLY_ADD(value, weights[3 * y + x], sum[p]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) { NAME(store)(output + p * network_panel, NAME(relu6)(sum[p] + bias)); }
}

/// The same, summed in double precision. Products of floats are exact there.
INLINE void NAME(precise_tile)(
    const int count, const VECTOR *weights, VECTOR bias, const float *const *from, size_t input_row, float *output) {
    DOUBLES sum[PRECISE_PIXELS];
    UNROLL for (int p = 0; p < count; p++) { sum[p] = 0; }
    UNROLL for (int y = 0; y < 3; y++) {
        UNROLL for (int x = 0; x < 3; x++) {
            const DOUBLES weight = __builtin_convertvector(weights[3 * y + x], DOUBLES);
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR value = NAME(load)(from[p] + (size_t)y * input_row + x * network_panel);
                sum[p] = MULTIPLY_ADD(__builtin_convertvector(value, DOUBLES), weight, sum[p]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) {
        const DOUBLES y = sum[p] + __builtin_convertvector(bias, DOUBLES);
        NAME(store)(output + p * network_panel, NAME(relu6)(__builtin_convertvector(y, VECTOR)));
    }
}

/// A row of pixels in tiles that are as equal as they can be; `stride` 0 looks every pixel's place up.
INLINE void NAME(depthwise_row)(
    const network_depthwise *a, const bool precise, const int stride, const VECTOR *weights, VECTOR bias,
    const float *input, float *output) {
    const int most = precise ? PRECISE_PIXELS : DEPTHWISE_PIXELS;
    const int tiles = (a->pixels + most - 1) / most;
    for (int tile = 0; tile < tiles; tile++) {
        const int first = a->pixels * tile / tiles;
        const int count = a->pixels * (tile + 1) / tiles - first;
        float *to = output + (size_t)first * network_panel;
#define FROM(p) input + (size_t)(stride ? (first + p) * stride : a->places[first + p]) * network_panel
#define TILE(n) \
    case n: { \
        const float *from[n]; \
        UNROLL for (int p = 0; p < n; p++) { from[p] = FROM(p); } \
        if (precise) { \
            NAME(precise_tile)(n <= PRECISE_PIXELS ? n : 0, weights, bias, from, a->input_row, to); \
        } else { \
            NAME(depthwise_tile)(n, weights, bias, from, a->input_row, to); \
        } \
        break; \
    }
        switch (count) {
            TILE(1) TILE(2) TILE(3) TILE(4)
#if DEPTHWISE_PIXELS > 4
            TILE(5) TILE(6) TILE(7)
#endif
        }
#undef TILE
#undef FROM
    }
}

INLINE void NAME(depthwise_lanes)(const network_depthwise *a, int lane, const bool precise) {
    VECTOR weights[9];
    UNROLL for (int k = 0; k < 9; k++) { weights[k] = NAME(load)(a->weights + k * network_panel + lane); }
    const VECTOR bias = NAME(load)(a->bias + lane);
    for (int row = 0; row < a->rows; row++) {
        const float *input = a->input + (size_t)(row * a->stride) * a->input_row + lane;
        float *output = a->output + (size_t)row * (size_t)a->pixels * network_panel + lane;
        if (a->places) {
            NAME(depthwise_row)(a, precise, 0, weights, bias, input, output);
        } else if (a->stride == 1) {
            NAME(depthwise_row)(a, precise, 1, weights, bias, input, output);
        } else {
            NAME(depthwise_row)(a, precise, 2, weights, bias, input, output);
        }
    }
}

static TARGET void NAME(depthwise)(const network_depthwise *a) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        if (a->precise) {
            NAME(depthwise_lanes)(a, lane, true);
        } else {
            NAME(depthwise_lanes)(a, lane, false);
        }
    }
}
