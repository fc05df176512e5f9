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

/// The arguments of the backward pass for a row of pixels, and the sums it adds to.
typedef struct {
    VECTOR weights[9], filter[9], total;
} NAME(filter_sums);

enum { NAME(every_tap) = 7, NAME(outer_taps) = 5, NAME(middle_tap) = 2 };

/// Computes the gradient with respect to a pixel from the gradients around it and the rotated kernel. The gradient of
/// the kernel is the same gradients times the pixel.
///
/// - taps_y, taps_x: bits of the rows and columns of the nine gradients that may be nonzero.
INLINE void NAME(filter_backward_pixel)(
    const training_filtering_backward *f, const bool shortcut, const int taps_y, const int taps_x, const float *slope,
    size_t place, NAME(filter_sums) *sums) {
    const VECTOR activation = NAME(load)(f->activation + place);
    VECTOR sum[3];
    UNROLL for (int y = 0; y < 3; y++) {
        sum[y] = 0;
        UNROLL for (int x = 0; x < 3; x++) {
            if ((taps_y >> y & taps_x >> x & 1) == 0) { continue; }
            const VECTOR value = NAME(load)(slope + (size_t)y * f->slope_row + x * network_panel);
            sum[y] = MULTIPLY_ADD(value, sums->weights[3 * y + x], sum[y]);
            sums->filter[3 * y + x] = MULTIPLY_ADD(value, activation, sums->filter[3 * y + x]);
        }
    }
    VECTOR all = sum[0] + sum[1] + sum[2];
    if (shortcut) { all += NAME(load)(f->shortcut + place); }
    all = NAME(where_open)(activation, all);
    sums->total += all;
    NAME(store)(f->output + place, all);
}

/// - even_x, odd_x: the taps of even and odd pixels.
INLINE void NAME(filter_backward_row)(
    const training_filtering_backward *f, const bool shortcut, const int taps_y, const int even_x, const int odd_x,
    const float *slope, size_t place, NAME(filter_sums) *sums) {
    int pixel = 0;
    KEEP_LOOP for (; pixel + 2 <= f->pixels; pixel += 2, slope += 2 * network_panel, place += 2 * network_panel) {
        NAME(filter_backward_pixel)(f, shortcut, taps_y, even_x, slope, place, sums);
        NAME(filter_backward_pixel)(f, shortcut, taps_y, odd_x, slope + network_panel, place + network_panel, sums);
    }
    if (pixel < f->pixels) { NAME(filter_backward_pixel)(f, shortcut, taps_y, even_x, slope, place, sums); }
}

INLINE void NAME(filter_backward_lanes)(const training_filtering_backward *f, const bool shortcut, int lane) {
    NAME(filter_sums) sums = {.total = 0};
    UNROLL for (int k = 0; k < 9; k++) {
        sums.weights[k] = NAME(load)(f->weights + (8 - k) * network_panel + lane);
        sums.filter[k] = 0;
    }
    size_t place = (size_t)lane;
    for (int row = 0; row < f->rows; row++, place += (size_t)f->pixels * network_panel) {
        const float *slope = f->slope + (size_t)row * f->slope_row + lane;
        // At stride 2, only every second row and column has gradients.
        const bool skips = f->skip >= 0, middle = (row & 1) == f->skip;
        if (!skips) {
            NAME(filter_backward_row)(
                f, shortcut, NAME(every_tap), NAME(every_tap), NAME(every_tap), slope, place, &sums);
        } else if (f->skip == 0 && middle) {
            NAME(filter_backward_row)(
                f, shortcut, NAME(middle_tap), NAME(middle_tap), NAME(outer_taps), slope, place, &sums);
        } else if (f->skip == 0) {
            NAME(filter_backward_row)(
                f, shortcut, NAME(outer_taps), NAME(middle_tap), NAME(outer_taps), slope, place, &sums);
        } else if (middle) {
            NAME(filter_backward_row)(
                f, shortcut, NAME(middle_tap), NAME(outer_taps), NAME(middle_tap), slope, place, &sums);
        } else {
            NAME(filter_backward_row)(
                f, shortcut, NAME(outer_taps), NAME(outer_taps), NAME(middle_tap), slope, place, &sums);
        }
    }
    UNROLL for (int k = 0; k < 9; k++) {
        float *to = f->filter + (8 - k) * network_panel + lane;
        NAME(store)(to, NAME(load)(to) + sums.filter[k]);
    }
    for (int l = 0; l < LANES; l++) { f->sums[lane + l] += (double)sums.total[l]; }
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
