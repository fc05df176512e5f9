// Normalization, clipping and sums of one panel. Part of `training_kernels_body.h`.

static TARGET void NAME(normalize_clip)(
    const float *x, const float *scale, const float *shift, int pixels, float *y) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR a = NAME(load)(scale + lane), b = NAME(load)(shift + lane);
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            NAME(store)(y + place, NAME(clip)(MULTIPLY_ADD(NAME(load)(x + place), a, b)));
        }
    }
}

/// - adds: whether there is a residual; a compile-time constant, like the options of the functions below.
INLINE void NAME(normalize_joined)(
    const float *x, const float *scale, const float *shift, const bool adds, const float *shortcut, int pixels,
    float *y) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR a = NAME(load)(scale + lane), b = NAME(load)(shift + lane);
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            VECTOR value = MULTIPLY_ADD(NAME(load)(x + place), a, b);
            if (adds) { value += NAME(load)(shortcut + place); }
            NAME(store)(y + place, value);
        }
    }
}

static TARGET void NAME(normalize)(
    const float *x, const float *scale, const float *shift, const float *shortcut, int pixels, float *y) {
    if (shortcut) {
        NAME(normalize_joined)(x, scale, shift, true, shortcut, pixels, y);
    } else {
        NAME(normalize_joined)(x, scale, shift, false, NULL, pixels, y);
    }
}

static TARGET void NAME(normalize_backward)(
    const float *slope, const float *map, const float *a, const float *b, const float *c, int pixels, float *y) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR by_slope = NAME(load)(a + lane), by_map = NAME(load)(b + lane), constant = NAME(load)(c + lane);
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const VECTOR rest = MULTIPLY_ADD(NAME(load)(map + place), by_map, constant);
            NAME(store)(y + place, MULTIPLY_ADD(NAME(load)(slope + place), by_slope, rest));
        }
    }
}

/// Adds double-precision sums to a panel's [2][16].
#define ADD_PAIR(to, lane, first, second) \
    *(DOUBLES *)((to) + (lane)) += (first); \
    *(DOUBLES *)((to) + network_panel + (lane)) += (second);

INLINE void NAME(clip_backward_to)(
    const float *x, const float *scale, const float *shift, float *slope, int pixels, const bool writes, float *out,
    double *products) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR a = NAME(load)(scale + lane), b = NAME(load)(shift + lane);
        DOUBLES first = 0, second = 0;
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const VECTOR value = NAME(load)(x + place);
            const VECTOR y = MULTIPLY_ADD(value, a, b);
            const VECTOR open = NAME(where_open)(y, NAME(load)(slope + place));
            NAME(store)(slope + place, NAME(clip)(y));
            if (writes) { NAME(store)(out + place, open); }
            const DOUBLES wide = WIDENED(open);
            first += wide;
            second = MULTIPLY_ADD(wide, WIDENED(value), second);
        }
        ADD_PAIR(products, lane, first, second)
    }
}

static TARGET void NAME(clip_backward)(
    const float *x, const float *scale, const float *shift, float *slope, int pixels, float *out, double *products) {
    if (out) {
        NAME(clip_backward_to)(x, scale, shift, slope, pixels, true, out, products);
    } else {
        NAME(clip_backward_to)(x, scale, shift, slope, pixels, false, NULL, products);
    }
}

static TARGET void NAME(clip_normalize_backward)(
    const float *slope, const float *map, const float *scale, const float *shift, const float *a, const float *b,
    const float *c, int pixels, float *y) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR by_slope = NAME(load)(a + lane), by_map = NAME(load)(b + lane), constant = NAME(load)(c + lane);
        const VECTOR factor = NAME(load)(scale + lane), summand = NAME(load)(shift + lane);
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const VECTOR value = NAME(load)(map + place);
            const VECTOR open = NAME(where_open)(MULTIPLY_ADD(value, factor, summand), NAME(load)(slope + place));
            NAME(store)(y + place, MULTIPLY_ADD(open, by_slope, MULTIPLY_ADD(value, by_map, constant)));
        }
    }
}

static TARGET void NAME(moments)(const float *x, int pixels, double *moments) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        DOUBLES first = 0, second = 0;
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const DOUBLES value = WIDENED(NAME(load)(x + place));
            first += value;
            second = MULTIPLY_ADD(value, value, second);
        }
        ADD_PAIR(moments, lane, first, second)
    }
}

static TARGET void NAME(moments_away)(const float *x, int pixels, double *moments, float *y) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        DOUBLES first = 0, second = 0;
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const VECTOR from = NAME(load)(x + place);
            const DOUBLES value = WIDENED(from);
            first += value;
            second = MULTIPLY_ADD(value, value, second);
            __builtin_nontemporal_store(from, (VECTOR *)(y + place));
        }
        ADD_PAIR(moments, lane, first, second)
    }
}

static TARGET void NAME(products)(const float *x, const float *y, int pixels, double *products) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        DOUBLES first = 0, second = 0;
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const DOUBLES value = WIDENED(NAME(load)(x + place));
            first += value;
            second = MULTIPLY_ADD(value, WIDENED(NAME(load)(y + place)), second);
        }
        ADD_PAIR(products, lane, first, second)
    }
}

static TARGET void NAME(pool)(const float *x, const float *scale, const float *shift, int pixels, float *means) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR a = NAME(load)(scale + lane), b = NAME(load)(shift + lane);
        VECTOR sum = 0;
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            sum += NAME(clip)(MULTIPLY_ADD(NAME(load)(x + place), a, b));
        }
        NAME(store)(means + lane, sum / (float)pixels);
    }
}

INLINE void NAME(pool_backward_to)(
    const float *x, const float *scale, const float *shift, const float *slope, int pixels, const bool writes,
    float *out, const bool sums, double *products) {
    for (int lane = 0; lane < network_panel; lane += LANES) {
        const VECTOR a = NAME(load)(scale + lane), b = NAME(load)(shift + lane);
        const VECTOR share = NAME(load)(slope + lane) / (float)pixels;
        DOUBLES first = 0, second = 0;
        for (int place = lane; place < pixels * network_panel; place += network_panel) {
            const VECTOR value = NAME(load)(x + place);
            const VECTOR open = NAME(where_open)(MULTIPLY_ADD(value, a, b), share);
            if (writes) { NAME(store)(out + place, open); }
            if (sums) {
                const DOUBLES wide = WIDENED(open);
                first += wide;
                second = MULTIPLY_ADD(wide, WIDENED(value), second);
            }
        }
        if (sums) {
            ADD_PAIR(products, lane, first, second)
        }
    }
}

static TARGET void NAME(pool_backward)(
    const float *x, const float *scale, const float *shift, const float *slope, int pixels, float *out,
    double *products) {
    if (out && products) {
        NAME(pool_backward_to)(x, scale, shift, slope, pixels, true, out, true, products);
    } else if (out) {
        NAME(pool_backward_to)(x, scale, shift, slope, pixels, true, out, false, NULL);
    } else if (products) {
        NAME(pool_backward_to)(x, scale, shift, slope, pixels, false, NULL, true, products);
    }
}

static TARGET void NAME(accumulate)(const float *x, size_t count, double *y) {
    for (size_t i = 0; i < count; i += LANES) {
        DOUBLES *to = (DOUBLES *)(y + i);
        *to += WIDENED(NAME(load)(x + i));
    }
}

static TARGET void NAME(multiply)(const double *matrix, int rows, int count, const double *x, double *out) {
    // Four rows at a time share loads of x.
    for (int row = 0; row < rows; row += 4) {
        const int some = rows - row < 4 ? rows - row : 4;
        const double *from[4];
        UNROLL for (int r = 0; r < 4; r++) { from[r] = matrix + (size_t)(row + (r < some ? r : 0)) * (size_t)count; }
        for (int lane = 0; lane < network_panel; lane += LANES) {
            DOUBLES sum[4] = {0, 0, 0, 0};
            for (int k = 0; k < count; k++) {
                const DOUBLES value = *(const DOUBLES *)(x + k * network_panel + lane);
                UNROLL for (int r = 0; r < 4; r++) { sum[r] += from[r][k] * value; }
            }
            for (int r = 0; r < some; r++) { *(DOUBLES *)(out + (row + r) * network_panel + lane) = sum[r]; }
        }
    }
}
