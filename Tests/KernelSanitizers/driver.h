#pragma once

// Shared by the drivers: memory of exact size, so that the address sanitizer detects the first float out of bounds,
// random numbers that are equal on every machine, and a check.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Exits with an error status unless `holds`.
#define CHECK(holds, ...)                              \
    do {                                               \
        if (!(holds)) {                                \
            fprintf(stderr, "%s: ", __FILE_NAME__);    \
            fprintf(stderr, __VA_ARGS__);              \
            fputc('\n', stderr);                       \
            exit(1);                                   \
        }                                              \
    } while (0)

/// Returns `count` × `size` aligned bytes filled with a pattern, directly before the sanitizer's red zone.
static inline void *room(size_t count, size_t size, size_t alignment) {
    void *memory = NULL;
    const size_t bytes = count * size;
    const size_t step = alignment < sizeof(void *) ? sizeof(void *) : alignment;
    CHECK(posix_memalign(&memory, step, bytes ? bytes : 1) == 0, "%zu bytes cannot be had", bytes);
    memset(memory, 0xA5, bytes);
    return memory;
}

static inline uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/// Returns a number in −1 … 1.
static inline float next_signed(uint32_t *state) { return (float)next_random(state) * 0x1p-23f - 1; }
