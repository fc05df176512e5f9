// Compares the classifier kernels at all lengths with distinct remainders with naive implementations.

#include "classifiers.h"
#include "driver.h"

static const char *const names[] = {"portable", "AVX2", "AVX-512"};

static void check_near(double found, double expected, double scale, const char *what, size_t n) {
    CHECK(fabs(found - expected) <= 1e-4 * (1 + scale), "%s of %zu: %g, expected %g", what, n, found, expected);
}

#define VECTOR_OF(REAL, name, count)                       \
    REAL *name = room((count), sizeof(REAL), sizeof(REAL)); \
    for (size_t i_ = 0; i_ < (count); i_++) name[i_] = (REAL)next_signed(state)

#define DEFINE_RUN(REAL)                                                                                          \
    static void run_##REAL(const classifier_kernels_##REAL *kernels, size_t n, uint32_t *state) {                 \
        VECTOR_OF(REAL, a, n);                                                                                    \
        VECTOR_OF(REAL, b, n);                                                                                    \
        VECTOR_OF(REAL, x, n);                                                                                    \
        double dot = 0, outside = 0;                                                                              \
        for (size_t i = 0; i < n; i++) {                                                                          \
            dot += (double)a[i] * (double)b[i];                                                                   \
            const REAL low = a[i] < b[i] ? a[i] : b[i], high = a[i] < b[i] ? b[i] : a[i];                         \
            a[i] = low, b[i] = high;                                                                              \
            outside += fmax((double)(low - x[i]), 0) + fmax((double)(x[i] - high), 0);                            \
        }                                                                                                         \
        check_near((double)kernels->dot(a, b, n), dot, (double)n, "dot", n);                                      \
        check_near((double)kernels->box_distance(a, b, x, n), outside, (double)n, "box distance", n);             \
        VECTOR_OF(REAL, y, n);                                                                                    \
        const double last = n ? (double)y[n - 1] + 0.5 * (double)x[n - 1] : 0;                                    \
        kernels->add_scaled((REAL)0.5, x, y, n);                                                                  \
        if (n) { check_near((double)y[n - 1], last, 1, "add scaled", n); }                                        \
        for (size_t labels = 1; labels <= CLASSIFIER_KERNEL_LABELS; labels++) {                                   \
            const size_t rows = 3;                                                                                \
            VECTOR_OF(REAL, samples, rows * n);                                                                   \
            VECTOR_OF(REAL, weights, labels * n);                                                                 \
            VECTOR_OF(REAL, residuals, rows * labels);                                                            \
            VECTOR_OF(REAL, scores, rows * labels);                                                               \
            kernels->scores(samples, rows, n, weights, labels, scores);                                           \
            double score = 0;                                                                                     \
            for (size_t i = 0; i < n; i++) {                                                                      \
                score += (double)samples[2 * n + i] * (double)weights[(labels - 1) * n + i];                      \
            }                                                                                                     \
            check_near((double)scores[rows * labels - 1], score, (double)n, "scores", n);                         \
            double slope = n ? (double)weights[labels * n - 1] : 0;                                               \
            for (size_t row = 0; row < rows && n; row++) {                                                        \
                slope += (double)residuals[row * labels + labels - 1] * (double)samples[row * n + n - 1];         \
            }                                                                                                     \
            kernels->gradient(samples, rows, n, residuals, labels, weights);                                      \
            if (n) { check_near((double)weights[labels * n - 1], slope, 4, "gradient", n); }                      \
            free(samples), free(weights), free(residuals), free(scores);                                          \
        }                                                                                                         \
        VECTOR_OF(double, norms, n);                                                                              \
        VECTOR_OF(double, e, n);                                                                                  \
        double *low = room(n, sizeof(double), sizeof(double));                                                    \
        for (size_t i = 0; i < n; i++) {                                                                          \
            norms[i] = 3 + norms[i];                                                                              \
            low[i] = i % 3 == 0 ? -INFINITY : 0;                                                                  \
        }                                                                                                         \
        kernels->radial(y, 3, norms, 0.1, n);                                                                     \
        for (size_t i = 0; i < n; i++) {                                                                          \
            CHECK((double)y[i] > 0 && (double)y[i] <= 1, "radial of %zu: %g", n, (double)y[i]);                   \
        }                                                                                                         \
        double largest = 0, least = 0;                                                                            \
        const double moved = n ? e[n - 1] + 0.25 * ((double)a[n - 1] - (double)b[n - 1]) : 0;                     \
        const size_t place = kernels->move(0.25, a, b, e, low, low, n, &largest, &least);                         \
        CHECK(place == n ? largest == -INFINITY : largest >= least, "move of %zu: %zu", n, place);                \
        if (n) { check_near(e[n - 1], moved, 1, "move", n); }                                                     \
        kernels->add_scaled_wide(0.5, x, e, n);                                                                   \
        if (n) { check_near(e[n - 1], moved + 0.5 * (double)x[n - 1], 1, "add scaled wide", n); }                 \
        const size_t chosen = kernels->second_order(y, e, low, 0.5, n);                                           \
        CHECK(chosen <= n && (chosen == n || low[chosen] == 0), "second order of %zu: %zu", n, chosen);           \
        free(a), free(b), free(x), free(y), free(norms), free(e), free(low);                                      \
    }

DEFINE_RUN(float)
DEFINE_RUN(double)

static void run_common(const classifier_kernels *kernels, size_t n, uint32_t *state) {
    VECTOR_OF(double, e, n);
    double *gate = room(n, sizeof(double), sizeof(double));
    double most = -INFINITY, least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        gate[i] = i % 4 == 1 ? -INFINITY : 0;
        most = fmax(most, gate[i] - e[i]);
        least = fmin(least, -gate[i] - e[i]);
    }
    double found = 0;
    const size_t place = kernels->largest_negative(e, gate, n, &found);
    CHECK(place <= n && (place == n) == (most == -INFINITY), "largest negative of %zu: %zu", n, place);
    if (place < n) { check_near(found, most, 1, "largest negative", n); }
    if (least < INFINITY) { check_near(kernels->least_negative(e, gate, n), least, 1, "least negative", n); }
    free(e), free(gate);

    const size_t count = n % 7, width = 64 * (1 + n % 3);
    uint8_t *lower = room(count * width, 1, 1), *upper = room(count * width, 1, 1), *x = room(width, 1, 1);
    for (size_t i = 0; i < count * width; i++) {
        lower[i] = (uint8_t)(next_random(state) % 200);
        upper[i] = (uint8_t)(lower[i] + next_random(state) % 50);
    }
    for (size_t i = 0; i < width; i++) { x[i] = (uint8_t)(next_random(state) % 253); }
    uint32_t *near = room(count, sizeof(uint32_t), sizeof(uint32_t));
    uint32_t *far = room(count, sizeof(uint32_t), sizeof(uint32_t));
    kernels->byte_distances(lower, upper, x, count, width, near, far);
    for (size_t p = 0; p < count; p++) {
        uint32_t outside = 0;
        for (size_t i = 0; i < width; i++) {
            const int below = lower[p * width + i] - x[i], above = x[i] - upper[p * width + i];
            outside += (uint32_t)(below > 0 ? below : 0) + (uint32_t)(above > 0 ? above : 0);
        }
        CHECK(near[p] == outside && far[p] >= near[p], "byte distances %zu: %u, expected %u", p, near[p], outside);
    }
    free(lower), free(upper), free(x), free(near), free(far);
}

int main(void) {
    for (int level = CLASSIFIER_KERNELS_PORTABLE; level <= CLASSIFIER_KERNELS_AVX512; level++) {
        const classifier_kernels *kernels = classifier_kernels_at((classifier_kernel_level)level);
        if (!kernels) {
            printf("classifiers: this machine has no %s\n", names[level]);
            continue;
        }
        uint32_t state = 1;
        for (size_t n = 0; n <= 150; n++) {
            run_float(&kernels->of_float, n, &state);
            run_double(&kernels->of_double, n, &state);
            run_common(kernels, n, &state);
        }
        printf("classifiers: %s\n", names[level]);
    }
}
