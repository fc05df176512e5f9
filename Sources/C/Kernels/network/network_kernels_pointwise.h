// 1 × 1 convolutions. Part of `network_kernels_body.h`.

/// The progress in prefetching the lines of `soon`.
typedef struct {
    const network_soon *soon;
    int part, panel, pixel;
    int lines;  // of a tile
} NAME(pointwise_soon);

/// The lines that one tile prefetches.
typedef struct {
    const char *next, *last;
} NAME(pointwise_lines);

/// Adds the products of `channels` input channels to the sums. All panels but the last are full.
///
/// The loop over the channels of a panel is not unrolled, because the sums would no longer fit into the registers.
///
/// - ahead: the distance in bytes from the current weights to those to prefetch.
/// - lines: one is prefetched per channel, the last one repeatedly. NULL for none.
INLINE void NAME(pointwise_run)(
    const int count, const int vectors, int channels, const float *input, size_t input_panel, const float *weights,
    size_t weight_panel, uintptr_t ahead, NAME(pointwise_lines) *lines, VECTOR sum[TILE_PIXELS][TILE_VECTORS]) {
    for (int k = 0; k < channels; k += network_panel, input += input_panel) {
        const int depth = channels - k < network_panel ? channels - k : network_panel;
        KEEP_LOOP for (int j = 0; j < depth; j++, weights += network_panel) {
            VECTOR weight[TILE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) {
                const float *from = weights + NAME(place)(v, weight_panel);
                weight[v] = NAME(load)(from);
                // An integer instead of a pointer, because it may be beyond all weights.
                if (v * LANES % network_panel == 0) { __builtin_prefetch((void *)((uintptr_t)from + ahead)); }
            }
            if (lines) {
                __builtin_prefetch(lines->next, 0, 2);
                lines->next += lines->next < lines->last ? network_panel * sizeof(float) : 0;
            }
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR x = input[p * network_panel + j];
                UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = MULTIPLY_ADD(x, weight[v], sum[p][v]); }
            }
        }
    }
}

#ifdef TWICE_HALF
/// Does the same for one and a half panels. The half panels of two pixels share one vector, so that no lane multiplies
/// zeros. Every sum is the same as in its own vector.
INLINE void NAME(pointwise_half)(
    const int count, int channels, const float *input, size_t input_panel, const float *weights, size_t weight_panel,
    const float *bias, VECTOR sum[TILE_PIXELS][TILE_VECTORS]) {
    const HALF_MASK mask = NAME(half_mask)();
    VECTOR pair[(TILE_PIXELS + 1) / 2];
    UNROLL for (int p = 0; p < count; p += 2) { pair[p / 2] = TWICE_HALF(bias + network_panel); }
    for (int k = 0; k < channels; k += network_panel, input += input_panel) {
        const int depth = channels - k < network_panel ? channels - k : network_panel;
        KEEP_LOOP for (int j = 0; j < depth; j++, weights += network_panel) {
            const VECTOR weight = NAME(load)(weights), half = TWICE_HALF(weights + weight_panel);
            UNROLL for (int p = 0; p < count; p += 2) {
                const int other = p + 1 < count ? p + 1 : p;
                VECTOR x = input[p * network_panel + j], y = input[other * network_panel + j];
                sum[p][0] = MULTIPLY_ADD(x, weight, sum[p][0]);
                if (other > p) { sum[other][0] = MULTIPLY_ADD(y, weight, sum[other][0]); }
                pair[p / 2] = MULTIPLY_ADD(HALF_OF_EACH(mask, x, y), half, pair[p / 2]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p += 2) {
        VECTOR zero = 0;
        sum[p][1] = HALF_OF_EACH(mask, pair[p / 2], zero);
        if (p + 1 < count) { sum[p + 1][1] = SECOND_HALF(pair[p / 2], zero); }
    }
}
#endif

/// Stores the sums of a tile, with ReLU6 or residual.
INLINE void NAME(pointwise_finish)(
    const int count, const int vectors, const bool scattered, const network_pointwise *a, const float *limits,
    size_t limits_panel, const float *residual, float *output, const int32_t *places,
    VECTOR sum[TILE_PIXELS][TILE_VECTORS]) {
    if (residual) {
        UNROLL for (int p = 0; p < count; p++) {
            const size_t pixel = (size_t)(scattered ? places[p] : p) * network_panel;
            UNROLL for (int v = 0; v < vectors; v++) {
                sum[p][v] += NAME(load)(residual + pixel + NAME(place)(v, a->residual_panel));
            }
        }
    } else if (a->relu6) {
        UNROLL for (int v = 0; v < vectors; v++) {
            const float *limit = limits + NAME(place)(v, limits_panel);
            const VECTOR low = NAME(load)(limit), high = NAME(load)(limit + network_panel);
            UNROLL for (int p = 0; p < count; p++) { sum[p][v] = NAME(limited)(sum[p][v], low, high); }
        }
    }
    const size_t output_panel = a->output_panel;
    UNROLL for (int p = 0; p < count; p++) {
        const size_t pixel = (size_t)(scattered ? places[p] : p) * network_panel;
        UNROLL for (int v = 0; v < vectors; v++) {
            NAME(store)(output + pixel + NAME(place)(v, output_panel), sum[p][v]);
        }
    }
}

/// Computes `count` pixels × `vectors` vectors of channels. Both are compile-time constants, as are whether the last
/// half of the channels is empty and whether a sum has more than one run.
INLINE void NAME(pointwise_tile)(
    const int count, const int vectors, const bool half, const bool many_runs, const network_pointwise *a,
    const float *input, const float *weights, const float *bias, const float *limits, size_t limits_panel,
    const float *residual, float *output, const int32_t *places, uintptr_t ahead, NAME(pointwise_lines) *lines) {
    const size_t weight_panel = (size_t)a->channels_in * network_panel;
    VECTOR sum[TILE_PIXELS][TILE_VECTORS];
    UNROLL for (int p = 0; p < count; p++) {
        UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = NAME(load)(bias + v * LANES); }
    }
    if (half) {
#ifdef TWICE_HALF
        NAME(pointwise_half)(count, a->channels_in, input, a->input_panel, weights, weight_panel, bias, sum);
#endif
    } else if (many_runs) {
        for (int k = 0; k < a->channels_in; k += RUN_LENGTH) {
            const int rest = a->channels_in - k;
            VECTOR run[TILE_PIXELS][TILE_VECTORS] = {0};
            NAME(pointwise_run)(
                count, vectors, rest < RUN_LENGTH ? rest : RUN_LENGTH, input, a->input_panel, weights, weight_panel,
                ahead, lines, run);
            input += RUN_LENGTH / network_panel * a->input_panel;
            weights += RUN_LENGTH * network_panel;
            UNROLL for (int p = 0; p < count; p++) {
                UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] += run[p][v]; }
            }
        }
    } else {
        NAME(pointwise_run)(
            count, vectors, a->channels_in, input, a->input_panel, weights, weight_panel, ahead, lines, sum);
    }
    // One branch for the tile instead of one for each vector.
    if (places) {
        NAME(pointwise_finish)(count, vectors, true, a, limits, limits_panel, residual, output, places, sum);
    } else {
        NAME(pointwise_finish)(count, vectors, false, a, limits, limits_panel, residual, output, places, sum);
    }
}

/// Returns the lines of one panel that the next tile prefetches.
INLINE NAME(pointwise_lines) NAME(pointwise_take)(NAME(pointwise_soon) *soon, const void *otherwise) {
    if (soon->part == network_soon_parts) { return (NAME(pointwise_lines)){otherwise, otherwise}; }
    const network_soon *part = &soon->soon[soon->part];
    const float *first = part->values + (size_t)soon->panel * part->panel + soon->pixel * network_panel;
    const int rest = part->pixels - soon->pixel;
    const int count = rest < soon->lines ? rest : soon->lines;
    soon->pixel += count;
    if (soon->pixel == part->pixels) { soon->pixel = 0, soon->panel++; }
    while (soon->part < network_soon_parts && soon->panel == soon->soon[soon->part].panels) {
        soon->panel = 0, soon->part++;
    }
    return (NAME(pointwise_lines)){(const char *)first, (const char *)(first + (count - 1) * network_panel)};
}

/// Computes all pixels for `vectors` vectors of channels from channel `channel` on.
INLINE void NAME(pointwise_channels)(
    const network_pointwise *a, int channel, const int vectors, const bool half, const bool many_runs,
    NAME(pointwise_soon) *soon) {
    const int panel = channel / network_panel;
    const int within = channel % network_panel;
    const float *weights = a->weights + (size_t)panel * (size_t)a->channels_in * network_panel + within;
    const float *bias = a->bias + channel;
    const size_t limits_panel = a->limits ? 2 * network_panel : 0;
    const float *limits = (a->limits ? a->limits : NAME(zero_to_six)) + (size_t)panel * limits_panel + within;
    const int tiles = (a->pixels + TILE_PIXELS - 1) / TILE_PIXELS;
    // The first tile finds its weights in a distant cache or in memory, so it prefetches a few lines ahead. The last
    // tile prefetches the weights of the following channels, which are stored next in this layer and in the network.
    const uintptr_t next_lines = 16 * 64;
    const uintptr_t next_channels =
        (uintptr_t)(vectors * LANES) * (uintptr_t)a->channels_in * sizeof(float);
    for (int row = 0; row < a->rows; row++) {
        for (int tile = 0; tile < tiles; tile++) {
            // Tiles of a row have nearly equal sizes, because tiles of one or two pixels are slow.
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
            NAME(pointwise_lines) taken, *lines = NULL;
            if (soon) { taken = NAME(pointwise_take)(soon, weights), lines = &taken; }
#define TILE(n) \
    case n: \
        NAME(pointwise_tile)( \
            n, vectors, half, many_runs, a, input, weights, bias, limits, limits_panel, residual, output, places, ahead, \
            lines); \
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

INLINE void NAME(pointwise_all)(const network_pointwise *a, const bool many_runs, NAME(pointwise_soon) *soon) {
    const int channels = a->panels * network_panel;
    int channel = 0;
    for (; channel + TILE_VECTORS * LANES <= channels; channel += TILE_VECTORS * LANES) {
#ifdef TWICE_HALF
        if (a->ends_in_half && !many_runs && channel + TILE_VECTORS * LANES == channels) {
            NAME(pointwise_channels)(a, channel, TILE_VECTORS, true, false, NULL);
            continue;
        }
#endif
        NAME(pointwise_channels)(a, channel, TILE_VECTORS, false, many_runs, soon);
    }
    for (; channel < channels; channel += LANES) {
        NAME(pointwise_channels)(a, channel, 1, false, many_runs, soon);
    }
}

/// Distributes the lines of `soon` over the tiles, as far as they have products to prefetch between.
INLINE void NAME(pointwise_asking)(const network_pointwise *a) {
    const int channels = a->panels * network_panel, step = TILE_VECTORS * LANES;
    const int tiles = a->rows * ((a->pixels + TILE_PIXELS - 1) / TILE_PIXELS)
        * (channels / step + channels % step / LANES);
    int lines = 0;
    for (int part = 0; part < network_soon_parts; part++) { lines += a->soon[part].panels * a->soon[part].pixels; }
    const int share = (lines + tiles - 1) / tiles;
    NAME(pointwise_soon) soon = {.soon = a->soon, .lines = share < a->channels_in ? share : a->channels_in};
    while (soon.part < network_soon_parts && a->soon[soon.part].panels == 0) { soon.part++; }
    NAME(pointwise_all)(a, false, &soon);
}

static TARGET void NAME(pointwise)(const network_pointwise *a) {
    if (a->channels_in > RUN_LENGTH) {
        // Maps with so many channels are small and already in near caches.
        NAME(pointwise_all)(a, true, NULL);
    } else if (a->soon) {
        NAME(pointwise_asking)(a);
    } else {
        NAME(pointwise_all)(a, false, NULL);
    }
}
