// Compares inner products of rows at unusual counts and lengths with naive implementations.

#include "classifiers.h"
#include "driver.h"
#include "row_products.h"

static const char *const names[] = {"portable", "AVX2", "AVX-512"};

static void run(classifier_kernel_level level, size_t left_count, size_t right_count, size_t columns, uint32_t *state) {
    float *left = room(left_count * columns, sizeof(float), sizeof(float));
    float *right = room(right_count * columns, sizeof(float), sizeof(float));
    for (size_t i = 0; i < left_count * columns; i++) { left[i] = next_signed(state); }
    for (size_t i = 0; i < right_count * columns; i++) { right[i] = next_signed(state); }
    float *packed = room(row_products_packed_size(right_count, columns), sizeof(float), 64);
    row_products_pack(right, right_count, columns, packed);
    const size_t width = (right_count + 15) / 16 * 16, stride = width + 16;
    float *out = room((left_count - 1) * stride + width, sizeof(float), 64);
    classifier_kernels_at(level)->products(left, left_count, packed, right_count, columns, out, stride);
    for (size_t i = 0; i < left_count; i++) {
        for (size_t j = 0; j < width; j++) {
            double expected = 0;
            for (size_t k = 0; k < columns && j < right_count; k++) {
                expected += (double)left[i * columns + k] * (double)right[j * columns + k];
            }
            const double found = (double)out[i * stride + j];
            CHECK(
                fabs(found - expected) <= 1e-6 * (double)(columns + 1), "%zu · %zu of %zu: %g, expected %g", i, j,
                columns, found, expected);
        }
    }
    free(left), free(right), free(packed), free(out);
}

int main(void) {
    for (int level = CLASSIFIER_KERNELS_PORTABLE; level <= CLASSIFIER_KERNELS_AVX512; level++) {
        if (!classifier_kernels_at((classifier_kernel_level)level)) {
            printf("row_products: this machine has no %s\n", names[level]);
            continue;
        }
        uint32_t state = 1;
        const size_t counts[] = {1, 2, 13, 15, 16, 17, 33}, lengths[] = {1, 15, 16, 17, 191, 192, 193, 400};
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++) {
                run((classifier_kernel_level)level, counts[i], counts[(i + j) % 7], lengths[j], &state);
            }
        }
        run((classifier_kernel_level)level, ROW_PRODUCTS_LEFT, ROW_PRODUCTS_RIGHT, 20, &state);
        printf("row_products: %s\n", names[level]);
    }
}
