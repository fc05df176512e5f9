// 3 × 3 depthwise convolutions, in float32 and summed in double precision. Part of `network_kernels_body.h`.

INLINE void NAME(depthwise_tile)(
    const int count, const int stride, const VECTOR *weights, VECTOR bias, const float *input, size_t input_row,
    float *output) {
    VECTOR sum[DEPTHWISE_PIXELS];
    UNROLL for (int p = 0; p < count; p++) { sum[p] = 0; }
    UNROLL for (int y = 0; y < 3; y++) {
        UNROLL for (int x = 0; x < 3; x++) {
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR value = NAME(load)(input + (size_t)y * input_row + (p * stride + x) * network_panel);
                sum[p] = MULTIPLY_ADD(value, weights[3 * y + x], sum[p]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) { NAME(store)(output + p * network_panel, NAME(relu6)(sum[p] + bias)); }
}

INLINE void NAME(depthwise_lanes)(const network_depthwise *a, int lane, const int stride) {
    VECTOR weights[9];
    UNROLL for (int k = 0; k < 9; k++) { weights[k] = NAME(load)(a->weights + k * network_panel + lane); }
    const VECTOR bias = NAME(load)(a->bias + lane);
    const int tiles = (a->pixels + DEPTHWISE_PIXELS - 1) / DEPTHWISE_PIXELS;
    for (int row = 0; row < a->rows; row++) {
        const float *input_row = a->input + (size_t)(row * stride) * a->input_row + lane;
        float *output_row = a->output + (size_t)row * (size_t)a->pixels * network_panel + lane;
        for (int tile = 0; tile < tiles; tile++) {
            const int first = a->pixels * tile / tiles;
            const int count = a->pixels * (tile + 1) / tiles - first;
            const float *input = input_row + (size_t)(first * stride) * network_panel;
            float *output = output_row + (size_t)first * network_panel;
#define TILE(n) \
    case n: NAME(depthwise_tile)(n, stride, weights, bias, input, a->input_row, output); break;
            switch (count) {
                TILE(1) TILE(2) TILE(3) TILE(4)
#if DEPTHWISE_PIXELS > 4
                TILE(5) TILE(6) TILE(7)
#endif
            }
#undef TILE
        }
    }
}

/// The same, summed in double precision. Products of floats are exact there.
INLINE void NAME(precise_tile)(
    const int count, const int stride, const VECTOR *weights, VECTOR bias, const float *input, size_t input_row,
    float *output) {
    DOUBLES sum[PRECISE_PIXELS];
    UNROLL for (int p = 0; p < count; p++) { sum[p] = 0; }
    UNROLL for (int y = 0; y < 3; y++) {
        UNROLL for (int x = 0; x < 3; x++) {
            const DOUBLES weight = __builtin_convertvector(weights[3 * y + x], DOUBLES);
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR value = NAME(load)(input + (size_t)y * input_row + (p * stride + x) * network_panel);
                sum[p] = MULTIPLY_ADD(__builtin_convertvector(value, DOUBLES), weight, sum[p]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) {
        const DOUBLES y = sum[p] + __builtin_convertvector(bias, DOUBLES);
        NAME(store)(output + p * network_panel, NAME(relu6)(__builtin_convertvector(y, VECTOR)));
    }
}

INLINE void NAME(precise_lanes)(const network_depthwise *a, int lane, const int stride) {
    VECTOR weights[9];
    UNROLL for (int k = 0; k < 9; k++) { weights[k] = NAME(load)(a->weights + k * network_panel + lane); }
    const VECTOR bias = NAME(load)(a->bias + lane);
    for (int row = 0; row < a->rows; row++) {
        const float *input = a->input + (size_t)(row * stride) * a->input_row + lane;
        float *output = a->output + (size_t)row * (size_t)a->pixels * network_panel + lane;
        const int tiles = (a->pixels + PRECISE_PIXELS - 1) / PRECISE_PIXELS;
        for (int tile = 0; tile < tiles; tile++) {
            const int first = a->pixels * tile / tiles;
            const int count = a->pixels * (tile + 1) / tiles - first;
            const float *from = input + (size_t)(first * stride) * network_panel;
            float *to = output + (size_t)first * network_panel;
#define TILE(n) \
    case n: NAME(precise_tile)(n, stride, weights, bias, from, a->input_row, to); break;
            switch (count) {
                TILE(1) TILE(2)
#if PRECISE_PIXELS > 2
                TILE(3) TILE(4)
#endif
            }
#undef TILE
        }
    }
}

static TARGET void NAME(depthwise)(const network_depthwise *a) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        if (a->stride == 1) {
            if (a->precise) {
                NAME(precise_lanes)(a, lane, 1);
            } else {
                NAME(depthwise_lanes)(a, lane, 1);
            }
        } else if (a->precise) {
            NAME(precise_lanes)(a, lane, 2);
        } else {
            NAME(depthwise_lanes)(a, lane, 2);
        }
    }
}
