#pragma STDC FP_CONTRACT OFF

#include "row_products.h"

#include <string.h>

enum { panel = 16 };

size_t row_products_packed_size(size_t count, size_t columns) { return (count + panel - 1) / panel * panel * columns; }

// Packs rows in panels of 16, column by column: [⌈count/16⌉][columns][16].
void row_products_pack(const float *rows, size_t count, size_t columns, float *packed) {
    for (size_t first = 0; first < count; first += panel, packed += columns * panel) {
        const size_t taken = count - first < panel ? count - first : panel;
        if (taken < panel) memset(packed, 0, columns * panel * sizeof(float));
        // Processes runs of columns, so that the written lines stay in the cache.
        for (size_t start = 0; start < columns; start += panel) {
            const size_t end = columns - start < panel ? columns : start + panel;
            for (size_t lane = 0; lane < taken; lane++) {
                const float *row = rows + (first + lane) * columns;
                for (size_t column = start; column < end; column++) packed[column * panel + lane] = row[column];
            }
        }
    }
}
