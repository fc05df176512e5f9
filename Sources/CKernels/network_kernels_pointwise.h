// 1 × 1 convolutions. Part of `network_kernels_body.h`.

/// Adds the products of `channels` input channels, all of whole panels but the last, to the sums.
///
/// The loop over the channels of a panel stays a loop: unrolled, the sums no longer fit into the registers.
///
/// - ahead: how many bytes behind the weights in hand those lie that are asked for in advance.
INLINE void NAME(pointwise_run)(
    const int count, const int vectors, int channels, const float *input, size_t input_panel, const float *weights,
    size_t weight_panel, uintptr_t ahead, VECTOR sum[TILE_PIXELS][TILE_VECTORS]) {
    for (int k = 0; k < channels; k += network_panel, input += input_panel) {
        const int depth = channels - k < network_panel ? channels - k : network_panel;
        KEEP_LOOP for (int j = 0; j < depth; j++, weights += network_panel) {
            VECTOR weight[TILE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) {
                const float *from = weights + NAME(place)(v, weight_panel);
                weight[v] = NAME(load)(from);
                // No pointer until it is one: it may lie behind all weights.
                if (v * LANES % network_panel == 0) { __builtin_prefetch((void *)((uintptr_t)from + ahead)); }
            }
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR x = input[p * network_panel + j];
                UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = MULTIPLY_ADD(x, weight[v], sum[p][v]); }
            }
        }
    }
}

/// `count` pixels × `vectors` vectors of channels, both known when this is compiled, like whether a sum takes more
/// than one run.
INLINE void NAME(pointwise_tile)(
    const int count, const int vectors, const bool many_runs, const network_pointwise *a, const float *input,
    const float *weights, const float *bias, const float *residual, float *output, const int32_t *places,
    uintptr_t ahead) {
    const size_t weight_panel = (size_t)a->channels_in * network_panel;
    VECTOR sum[TILE_PIXELS][TILE_VECTORS] = {0};
    if (many_runs) {
        VECTOR total[TILE_PIXELS][TILE_VECTORS] = {0};
        for (int k = 0; k < a->channels_in; k += RUN_LENGTH) {
            const int rest = a->channels_in - k;
            VECTOR run[TILE_PIXELS][TILE_VECTORS] = {0};
            NAME(pointwise_run)(
                count, vectors, rest < RUN_LENGTH ? rest : RUN_LENGTH, input, a->input_panel, weights, weight_panel,
                ahead, run);
            input += RUN_LENGTH / network_panel * a->input_panel;
            weights += RUN_LENGTH * network_panel;
            UNROLL for (int p = 0; p < count; p++) {
                UNROLL for (int v = 0; v < vectors; v++) { total[p][v] += run[p][v]; }
            }
        }
        UNROLL for (int p = 0; p < count; p++) {
            UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = total[p][v]; }
        }
    } else {
        NAME(pointwise_run)(count, vectors, a->channels_in, input, a->input_panel, weights, weight_panel, ahead, sum);
    }
    UNROLL for (int p = 0; p < count; p++) {
        const size_t pixel = (size_t)(places ? places[p] : p) * network_panel;
        UNROLL for (int v = 0; v < vectors; v++) {
            VECTOR y = sum[p][v] + NAME(load)(bias + v * LANES);
            if (residual) {
                y += NAME(load)(residual + pixel + NAME(place)(v, a->residual_panel));
            } else if (a->relu6) {
                y = NAME(relu6)(y);
            }
            NAME(store)(output + pixel + NAME(place)(v, a->output_panel), y);
        }
    }
}

/// All pixels for `vectors` vectors of channels from channel `channel` on.
INLINE void NAME(pointwise_channels)(
    const network_pointwise *a, int channel, const int vectors, const bool many_runs) {
    const int panel = channel / network_panel;
    const int within = channel % network_panel;
    const float *weights = a->weights + (size_t)panel * (size_t)a->channels_in * network_panel + within;
    const float *bias = a->bias + channel;
    const int tiles = (a->pixels + TILE_PIXELS - 1) / TILE_PIXELS;
    // The first tile finds its weights in a far cache, if not in memory: a few lines in advance are asked for. The
    // last one asks for those of the channels that come next: they lie behind, in this layer and in the network.
    const uintptr_t next_lines = 16 * 64;
    const uintptr_t next_channels =
        (uintptr_t)(vectors * LANES) * (uintptr_t)a->channels_in * sizeof(float);
    for (int row = 0; row < a->rows; row++) {
        for (int tile = 0; tile < tiles; tile++) {
            // Tiles of a row are as equal as they can be: a tile of one or two pixels is slow.
            const uintptr_t ahead = row == a->rows - 1 && tile == tiles - 1 ? next_channels : next_lines;
            const int first = a->pixels * tile / tiles;
            const int count = a->pixels * (tile + 1) / tiles - first;
            const int32_t *places = a->places ? a->places + first : NULL;
            const size_t pixel = (size_t)first * network_panel;
            const size_t place = (size_t)row * a->output_row + (places ? 0 : pixel) + within;
            const float *input = a->input + (size_t)row * a->input_row + pixel;
            float *output = a->output + (size_t)panel * a->output_panel + place;
            const float *residual =
                a->residual ? a->residual + (size_t)panel * a->residual_panel + place : NULL;
#define TILE(n) \
    case n: \
        NAME(pointwise_tile)(n, vectors, many_runs, a, input, weights, bias, residual, output, places, ahead); \
        break;
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

INLINE void NAME(pointwise_all)(const network_pointwise *a, const bool many_runs) {
    const int channels = a->panels * network_panel;
    int channel = 0;
    for (; channel + TILE_VECTORS * LANES <= channels; channel += TILE_VECTORS * LANES) {
        NAME(pointwise_channels)(a, channel, TILE_VECTORS, many_runs);
    }
    for (; channel < channels; channel += LANES) { NAME(pointwise_channels)(a, channel, 1, many_runs); }
}

static TARGET void NAME(pointwise)(const network_pointwise *a) {
    if (a->channels_in > RUN_LENGTH) {
        NAME(pointwise_all)(a, true);
    } else {
        NAME(pointwise_all)(a, false);
    }
}
