// The first convolution: 3 × 3, stride 2, over a staged image. Part of `network_kernels_body.h`.

INLINE void NAME(convolution_tile)(
    const int count, const int vectors, const network_convolution *a, const float *input, const float *weights,
    const float *bias, const float *limits, size_t limits_panel, float *output) {
    const size_t weight_panel = 9 * network_panel;
    VECTOR sum[TILE_PIXELS][TILE_VECTORS];
    UNROLL for (int p = 0; p < count; p++) {
        UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = NAME(load)(bias + v * LANES); }
    }
    KEEP_LOOP for (int y = 0; y < 3; y++, input += a->input_row) {
        KEEP_LOOP for (int x = 0; x < 3; x++, weights += network_panel) {
            VECTOR weight[TILE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) {
                weight[v] = NAME(load)(weights + NAME(place)(v, weight_panel));
            }
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR gray = input[2 * p + x];
                UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = MULTIPLY_ADD(gray, weight[v], sum[p][v]); }
            }
        }
    }
    UNROLL for (int v = 0; v < vectors; v++) {
        const float *limit = limits + NAME(place)(v, limits_panel);
        const VECTOR low = NAME(load)(limit), high = NAME(load)(limit + network_panel);
        UNROLL for (int p = 0; p < count; p++) {
            NAME(store)(
                output + p * network_panel + NAME(place)(v, a->output_panel), NAME(limited)(sum[p][v], low, high));
        }
    }
}

INLINE void NAME(convolution_channels)(const network_convolution *a, int channel, const int vectors) {
    const int panel = channel / network_panel;
    const int within = channel % network_panel;
    const float *weights = a->weights + (size_t)panel * 9 * network_panel + within;
    const float *bias = a->bias + channel;
    const size_t limits_panel = a->limits ? 2 * network_panel : 0;
    const float *limits = (a->limits ? a->limits : NAME(zero_to_six)) + (size_t)panel * limits_panel + within;
    const int tiles = (a->pixels + TILE_PIXELS - 1) / TILE_PIXELS;
    for (int row = 0; row < a->rows; row++) {
        for (int tile = 0; tile < tiles; tile++) {
            const int first = a->pixels * tile / tiles;
            const int count = a->pixels * (tile + 1) / tiles - first;
            const float *input = a->input + (size_t)(2 * row) * a->input_row + 2 * first;
            float *output = a->output + (size_t)panel * a->output_panel + (size_t)row * a->output_row
                + (size_t)first * network_panel + within;
#define TILE(n) \
    case n: NAME(convolution_tile)(n, vectors, a, input, weights, bias, limits, limits_panel, output); break;
            switch (count) {
                TILE(1) TILE(2) TILE(3) TILE(4)
#if TILE_PIXELS > 4
                TILE(5) TILE(6)
#endif
#if TILE_PIXELS > 6
                TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12) TILE(13) TILE(14)
#endif
            }
#undef TILE
        }
    }
}

static TARGET void NAME(convolution)(const network_convolution *a) {
    const int channels = a->panels * network_panel;
    int channel = 0;
    for (; channel + TILE_VECTORS * LANES <= channels; channel += TILE_VECTORS * LANES) {
        NAME(convolution_channels)(a, channel, TILE_VECTORS);
    }
    for (; channel < channels; channel += LANES) { NAME(convolution_channels)(a, channel, 1); }
}
