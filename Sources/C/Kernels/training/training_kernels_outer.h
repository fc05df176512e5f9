// Products of two maps, summed over their pixels. Part of `training_kernels_body.h`.

/// Computes `OUTER_ROWS` channels of a × `vectors` vectors of channels of b.
INLINE void NAME(outer_tile)(
    const int vectors, int pixels, const float *a, const float *b, size_t b_panel, bool adds, float *sums,
    size_t sums_panel) {
    VECTOR sum[OUTER_ROWS][OUTER_VECTORS];
    UNROLL for (int r = 0; r < OUTER_ROWS; r++) {
        UNROLL for (int v = 0; v < vectors; v++) { sum[r][v] = 0; }
    }
    KEEP_LOOP for (int p = 0; p < pixels; p++, a += network_panel, b += network_panel) {
        VECTOR y[OUTER_VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) {
            y[v] = NAME(load)(b + (size_t)(v * LANES / network_panel) * b_panel + v * LANES % network_panel);
        }
        UNROLL for (int r = 0; r < OUTER_ROWS; r++) {
            const VECTOR x = a[r];
            UNROLL for (int v = 0; v < vectors; v++) { sum[r][v] = MULTIPLY_ADD(x, y[v], sum[r][v]); }
        }
    }
    UNROLL for (int r = 0; r < OUTER_ROWS; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            float *to = sums + (size_t)(v * LANES / network_panel) * sums_panel + r * network_panel
                + v * LANES % network_panel;
            NAME(store)(to, adds ? NAME(load)(to) + sum[r][v] : sum[r][v]);
        }
    }
}

static TARGET void NAME(outer)(const training_outer *o) {
    const int lanes = o->panels * network_panel;
    int lane = 0;
    while (lane < lanes) {
        const int panel = lane / network_panel;
        const int within = lane % network_panel;
        const bool whole = lane + OUTER_VECTORS * LANES <= lanes;
        const float *b = o->b + (size_t)panel * o->b_panel + within;
        float *sums = o->sums + (size_t)panel * o->sums_panel + within;
        for (int row = 0; row < o->rows; row += OUTER_ROWS) {
            const float *a = o->a + (size_t)(row / network_panel) * o->a_panel + row % network_panel;
            float *to = sums + (size_t)row * network_panel;
            if (whole) {
                NAME(outer_tile)(OUTER_VECTORS, o->pixels, a, b, o->b_panel, o->adds, to, o->sums_panel);
            } else {
                NAME(outer_tile)(1, o->pixels, a, b, o->b_panel, o->adds, to, o->sums_panel);
            }
        }
        lane += whole ? OUTER_VECTORS * LANES : LANES;
    }
}
