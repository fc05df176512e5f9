// 3 × 3 depthwise convolutions, forward and backward. Part of `training_kernels_body.h`.

INLINE void NAME(filter_tile)(
    const int count, const int stride, const VECTOR *weights, const float *input, size_t input_row, float *output) {
    VECTOR sum[FILTER_PIXELS];
    UNROLL for (int p = 0; p < count; p++) { sum[p] = 0; }
    UNROLL for (int y = 0; y < 3; y++) {
        UNROLL for (int x = 0; x < 3; x++) {
            UNROLL for (int p = 0; p < count; p++) {
                const VECTOR value = NAME(load)(input + (size_t)y * input_row + (p * stride + x) * network_panel);
                sum[p] = MULTIPLY_ADD(value, weights[3 * y + x], sum[p]);
            }
        }
    }
    UNROLL for (int p = 0; p < count; p++) { NAME(store)(output + p * network_panel, sum[p]); }
}

INLINE void NAME(filter_rows)(const training_filtering *f, const int stride, int lane) {
    VECTOR weights[9];
    UNROLL for (int k = 0; k < 9; k++) { weights[k] = NAME(load)(f->weights + k * network_panel + lane); }
    for (int row = 0; row < f->rows; row++) {
        const float *input = f->input + (size_t)(row * stride) * f->input_row + lane;
        float *output = f->output + (size_t)row * (size_t)f->pixels * network_panel + lane;
        int pixel = 0;
        for (; pixel + FILTER_PIXELS <= f->pixels; pixel += FILTER_PIXELS) {
            NAME(filter_tile)(
                FILTER_PIXELS, stride, weights, input + pixel * stride * network_panel, f->input_row,
                output + pixel * network_panel);
        }
        for (; pixel < f->pixels; pixel++) {
            NAME(filter_tile)(
                1, stride, weights, input + pixel * stride * network_panel, f->input_row,
                output + pixel * network_panel);
        }
    }
}

static TARGET void NAME(filter)(const training_filtering *f) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        if (f->stride == 1) {
            NAME(filter_rows)(f, 1, lane);
        } else {
            NAME(filter_rows)(f, 2, lane);
        }
    }
}

/// The gradient by a pixel gathers the slopes around it with the kernel turned round; the gradient by the kernel
/// takes the same nine slopes times the pixel.
INLINE void NAME(filter_backward_lanes)(const training_filtering_backward *f, const bool shortcut, int lane) {
    VECTOR weights[9], filter[9], total = 0;
    UNROLL for (int k = 0; k < 9; k++) {
        weights[k] = NAME(load)(f->weights + (8 - k) * network_panel + lane);
        filter[k] = 0;
    }
    size_t place = (size_t)lane;
    for (int row = 0; row < f->rows; row++) {
        const float *slope = f->slope + (size_t)row * f->slope_row + lane;
        KEEP_LOOP for (int pixel = 0; pixel < f->pixels; pixel++, slope += network_panel, place += network_panel) {
            const VECTOR activation = NAME(load)(f->activation + place);
            VECTOR sum[3];
            UNROLL for (int y = 0; y < 3; y++) {
                sum[y] = 0;
                UNROLL for (int x = 0; x < 3; x++) {
                    const VECTOR value = NAME(load)(slope + (size_t)y * f->slope_row + x * network_panel);
                    sum[y] = MULTIPLY_ADD(value, weights[3 * y + x], sum[y]);
                    filter[3 * y + x] = MULTIPLY_ADD(value, activation, filter[3 * y + x]);
                }
            }
            VECTOR all = sum[0] + sum[1] + sum[2];
            if (shortcut) { all += NAME(load)(f->shortcut + place); }
            all = NAME(where_open)(activation, all);
            total += all;
            NAME(store)(f->output + place, all);
        }
    }
    UNROLL for (int k = 0; k < 9; k++) {
        float *to = f->filter + (8 - k) * network_panel + lane;
        NAME(store)(to, NAME(load)(to) + filter[k]);
    }
    for (int l = 0; l < LANES; l++) { f->sums[lane + l] += (double)total[l]; }
}

static TARGET void NAME(filter_backward)(const training_filtering_backward *f) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        if (f->shortcut) {
            NAME(filter_backward_lanes)(f, true, lane);
        } else {
            NAME(filter_backward_lanes)(f, false, lane);
        }
    }
}
