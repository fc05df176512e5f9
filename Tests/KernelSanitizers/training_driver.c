// Compares the training steps for blocks of unusual shapes, on every instruction set of the machine, with naive
// implementations. The numbers have few bits, so that nothing is rounded and results must be equal.

#include "training_blocks.h"
#include "training_heads.h"
#include "training_packing.h"

static const char *const names[] = {"portable", "AVX2", "AVX-512"};

int main(void) {
    // One whole panel, or some channels more. Maps of one or several bands, odd and even. Several images at a time if
    // maps are small. Each with gradients that are stored or computed again.
    static const block_shape shapes[] = {
        {.size = 21, .stride = 1, .in = 9, .expanded = 16, .out = 16, .image = true, .residual = true},
        {.size = 17, .stride = 1, .in = 9, .expanded = 23, .out = 10, .image = true, .forgets = true},
        {.size = 57, .stride = 2, .in = 16, .expanded = 96, .out = 24, .forgets = true},
        {.size = 56, .stride = 2, .in = 11, .expanded = 66, .out = 17},
        {.size = 29, .stride = 1, .in = 24, .expanded = 144, .out = 24, .residual = true, .forgets = true},
        {.size = 14, .stride = 2, .in = 24, .expanded = 90, .out = 40, .forgets = true},
        {.size = 15, .stride = 2, .in = 33, .expanded = 80, .out = 32},
        {.size = 14, .stride = 1, .in = 40, .expanded = 200, .out = 40, .residual = true},
        {.size = 7, .stride = 1, .in = 56, .expanded = 336, .out = 56, .residual = true},
        {.size = 7, .stride = 1, .in = 48, .expanded = 250, .out = 65, .forgets = true},
        {.size = 2, .stride = 2, .in = 8, .expanded = 48, .out = 8},
        {.size = 1, .stride = 1, .in = 5, .expanded = 30, .out = 5, .residual = true, .forgets = true},
    };
    static const head_shape heads[] = {
        {.pixels = 49, .in = 40, .out = 130},
        {.pixels = 64, .in = 33, .out = 96},
        {.pixels = 1, .in = 16, .out = 17},
        {.pixels = 256, .in = 20, .out = 320},
    };
    bool present[3];
    for (int i = network_portable; i <= network_avx512; i++) {
        present[i] = network_supports((network_instructions)i);
        if (!present[i]) { printf("training: this machine has no %s\n", names[i]); }
    }
    check_packing();
    check_patches();
    uint32_t state = 1;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) { check_block(shapes[s], present, &state); }
    for (size_t s = 0; s < sizeof heads / sizeof *heads; s++) { check_head(heads[s], present, &state); }
    for (int i = network_portable; i <= network_avx512; i++) {
        if (!present[i]) { continue; }
        check_expansions((network_instructions)i);
        printf("training: %s\n", names[i]);
    }
}
