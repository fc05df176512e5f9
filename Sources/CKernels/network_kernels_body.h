// The kernels, written once. Whoever includes this says first
//   NAME(stem)        the name of a function for this instruction set
//   TARGET            the attribute that lets a function use it
//   LANES             floats of a vector: 4, 8 or 16
//   TILE_PIXELS       pixels and
//   TILE_VECTORS      vectors of channels that are summed in registers at a time, at most
//   DEPTHWISE_PIXELS  the same for the depthwise convolution, at most
//   PRECISE_PIXELS    the same where it sums in double precision
//   MULTIPLY_ADD      a·b + c of vectors
//   RUN_LENGTH        products that are summed in one run before it is added to the total: rounding grows with length
//
// No `#pragma once`: one file includes it once, with its own definitions.

typedef float NAME(vector) __attribute__((ext_vector_type(LANES), may_alias));
typedef double NAME(doubles) __attribute__((ext_vector_type(LANES)));
#define VECTOR NAME(vector)
#define DOUBLES NAME(doubles)
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_LOOP _Pragma("clang loop unroll(disable)")

INLINE VECTOR NAME(load)(const float *from) { return *(const VECTOR *)from; }

INLINE void NAME(store)(float *to, VECTOR value) { *(VECTOR *)to = value; }

INLINE VECTOR NAME(relu6)(VECTOR x) {
    const VECTOR zero = 0, six = 6;
    x = x > zero ? x : zero;
    return x < six ? x : six;
}

/// Where vector v of a tile lies: panels are `panel` floats apart, a panel may hold several vectors.
INLINE size_t NAME(place)(int v, size_t panel) {
    return (size_t)(v * LANES / network_panel) * panel + (size_t)(v * LANES % network_panel);
}

// MARK: Pointwise


/// Adds the products of `channels` input channels, all of whole panels but the last, to the sums.
///
/// The loop over the channels of a panel stays a loop: unrolled, the sums no longer fit into the registers.
INLINE void NAME(pointwise_run)(
    const int count, const int vectors, int channels, const float *input, size_t input_panel, const float *weights,
    size_t weight_panel, VECTOR sum[TILE_PIXELS][TILE_VECTORS]) {
    for (int k = 0; k < channels; k += network_panel, input += input_panel) {
        const int depth = channels - k < network_panel ? channels - k : network_panel;
        KEEP_LOOP for (int j = 0; j < depth; j++, weights += network_panel) {
            VECTOR weight[TILE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) {
                weight[v] = NAME(load)(weights + NAME(place)(v, weight_panel));
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
    const float *weights, const float *bias, const float *residual, float *output) {
    const size_t weight_panel = (size_t)a->channels_in * network_panel;
    VECTOR sum[TILE_PIXELS][TILE_VECTORS] = {0};
    if (many_runs) {
        VECTOR total[TILE_PIXELS][TILE_VECTORS] = {0};
        for (int k = 0; k < a->channels_in; k += RUN_LENGTH) {
            const int rest = a->channels_in - k;
            VECTOR run[TILE_PIXELS][TILE_VECTORS] = {0};
            NAME(pointwise_run)(
                count, vectors, rest < RUN_LENGTH ? rest : RUN_LENGTH, input, a->input_panel, weights, weight_panel,
                run);
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
        NAME(pointwise_run)(count, vectors, a->channels_in, input, a->input_panel, weights, weight_panel, sum);
    }
    UNROLL for (int p = 0; p < count; p++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            VECTOR y = sum[p][v] + NAME(load)(bias + v * LANES);
            if (residual) {
                y += NAME(load)(residual + p * network_panel + NAME(place)(v, a->residual_panel));
            } else if (a->relu6) {
                y = NAME(relu6)(y);
            }
            NAME(store)(output + p * network_panel + NAME(place)(v, a->output_panel), y);
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
    for (int row = 0; row < a->rows; row++) {
        for (int tile = 0; tile < tiles; tile++) {
            // Tiles of a row are as equal as they can be: a tile of one or two pixels is slow.
            const int first = a->pixels * tile / tiles;
            const int count = a->pixels * (tile + 1) / tiles - first;
            const size_t pixel = (size_t)first * network_panel;
            const float *input = a->input + (size_t)row * a->input_row + pixel;
            float *output =
                a->output + (size_t)panel * a->output_panel + (size_t)row * a->output_row + pixel + within;
            const float *residual = a->residual
                ? a->residual + (size_t)panel * a->residual_panel + (size_t)row * a->output_row + pixel + within
                : NULL;
#define TILE(n) \
    case n: NAME(pointwise_tile)(n, vectors, many_runs, a, input, weights, bias, residual, output); break;
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

// MARK: First convolution

INLINE void NAME(convolution_tile)(
    const int count, const int vectors, const network_convolution *a, const float *input, const float *weights,
    const float *bias, float *output) {
    const size_t weight_panel = 9 * network_panel;
    VECTOR sum[TILE_PIXELS][TILE_VECTORS];
    UNROLL for (int p = 0; p < count; p++) {
        UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = 0; }
    }
    KEEP_LOOP for (int y = 0; y < 3; y++, input += a->input_row) {
        KEEP_LOOP for (int x = 0; x < 3; x++, weights += network_panel) {
            VECTOR weight[TILE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) {
                weight[v] = NAME(load)(weights + NAME(place)(v, weight_panel));
            }
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR grey = input[2 * p + x];
                UNROLL for (int v = 0; v < vectors; v++) { sum[p][v] = MULTIPLY_ADD(grey, weight[v], sum[p][v]); }
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            const VECTOR y = sum[p][v] + NAME(load)(bias + v * LANES);
            NAME(store)(output + p * network_panel + NAME(place)(v, a->output_panel), NAME(relu6)(y));
        }
    }
}

INLINE void NAME(convolution_channels)(const network_convolution *a, int channel, const int vectors) {
    const int panel = channel / network_panel;
    const int within = channel % network_panel;
    const float *weights = a->weights + (size_t)panel * 9 * network_panel + within;
    const float *bias = a->bias + channel;
    const int tiles = (a->pixels + TILE_PIXELS - 1) / TILE_PIXELS;
    for (int row = 0; row < a->rows; row++) {
        for (int tile = 0; tile < tiles; tile++) {
            const int first = a->pixels * tile / tiles;
            const int count = a->pixels * (tile + 1) / tiles - first;
            const float *input = a->input + (size_t)(2 * row) * a->input_row + 2 * first;
            float *output = a->output + (size_t)panel * a->output_panel + (size_t)row * a->output_row
                + (size_t)first * network_panel + within;
#define TILE(n) \
    case n: NAME(convolution_tile)(n, vectors, a, input, weights, bias, output); break;
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

// MARK: Depthwise

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
        int pixel = 0;
        for (; pixel + PRECISE_PIXELS <= a->pixels; pixel += PRECISE_PIXELS) {
            NAME(precise_tile)(
                PRECISE_PIXELS, stride, weights, bias, input + (size_t)(pixel * stride) * network_panel, a->input_row,
                output + (size_t)pixel * network_panel);
        }
        for (; pixel < a->pixels; pixel++) {
            NAME(precise_tile)(
                1, stride, weights, bias, input + (size_t)(pixel * stride) * network_panel, a->input_row,
                output + (size_t)pixel * network_panel);
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

// MARK: Mean

static TARGET void NAME(mean)(const float *input, int pixels, float *means) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        // Four running sums: shorter chains of additions, and less rounding.
        VECTOR sum[4] = {0, 0, 0, 0};
        int pixel = 0;
        for (; pixel + 4 <= pixels; pixel += 4) {
            UNROLL for (int s = 0; s < 4; s++) {
                sum[s] += NAME(load)(input + (size_t)(pixel + s) * network_panel + lane);
            }
        }
        for (; pixel < pixels; pixel++) { sum[0] += NAME(load)(input + (size_t)pixel * network_panel + lane); }
        const VECTOR count = (float)pixels;
        NAME(store)(means + lane, ((sum[0] + sum[1]) + (sum[2] + sum[3])) / count);
    }
}
