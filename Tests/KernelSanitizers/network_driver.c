// Runs networks of unusual shapes through the inference kernels on every instruction set of the machine.
//
// It also checks that the features of a picture are bit-identical alone, in a group, and with blank paper skipped.

#include "driver.h"
#include "network.h"

enum { blocks = 17, images = 3, panel = network_panel };

typedef struct {
    int size, first, narrowest, step, last, expansion;
} shape;

typedef struct {
    network_block blocks[blocks];
    network_head head;
    int image_size, grouped_from;
} network;

static const char *const names[] = {"portable", "AVX2", "AVX-512", "split (AMX)", "split (tiles in C)"};

static size_t up(int channels) { return (size_t)(channels + panel - 1) / panel * panel; }

static float *packed(int channels_in, int channels_out, uint32_t *state) {
    const size_t count = (size_t)channels_in * (size_t)channels_out;
    float *kernel = room(count, sizeof(float), sizeof(float));
    const float scale = 1.7f / sqrtf((float)channels_in);
    for (size_t i = 0; i < count; i++) { kernel[i] = scale * next_signed(state); }
    double *factors = room((size_t)channels_out, sizeof(double), sizeof(double));
    for (int i = 0; i < channels_out; i++) { factors[i] = 1 + 0.25 * next_signed(state); }
    float *weights = room((size_t)channels_in * up(channels_out), sizeof(float), 64);
    network_pack(kernel, channels_in, channels_out, factors, weights);
    free(kernel);
    free(factors);
    return weights;
}

static uint16_t *split(int channels_in, int channels_out, uint32_t *state) {
    const size_t count = (size_t)channels_in * (size_t)channels_out;
    float *kernel = room(count, sizeof(float), sizeof(float));
    const float scale = 1.7f / sqrtf((float)channels_in);
    for (size_t i = 0; i < count; i++) { kernel[i] = scale * next_signed(state); }
    double *factors = room((size_t)channels_out, sizeof(double), sizeof(double));
    for (int i = 0; i < channels_out; i++) { factors[i] = 1 + 0.25 * next_signed(state); }
    uint16_t *weights = room(network_split_count(channels_in, channels_out), sizeof(uint16_t), 64);
    network_pack_split(kernel, channels_in, channels_out, factors, weights);
    free(kernel);
    free(factors);
    return weights;
}

static float *biases(int channels, uint32_t *state) {
    float *bias = room(up(channels), sizeof(float), 64);
    for (size_t i = 0; i < up(channels); i++) { bias[i] = i < (size_t)channels ? 0.3f * next_signed(state) : 0; }
    return bias;
}

/// Returns the bounds of ReLU6 for channels that are stored minus a constant.
static float *limits(int channels, uint32_t *state) {
    float *packed = room(2 * up(channels), sizeof(float), 64);
    for (size_t i = 0; i < up(channels); i++) {
        float *low = packed + i / panel * 2 * panel + i % panel;
        low[0] = i < (size_t)channels ? -3 - 3 * next_signed(state) : 0;
        low[panel] = 6 + low[0];
    }
    return packed;
}

static network make(const shape *shape, bool splits, uint32_t *state) {
    network made = {.image_size = shape->size};
    int size = (shape->size + 1) / 2, channels = shape->first;
    for (int index = 0; index < blocks; index++) {
        network_block *block = &made.blocks[index];
        const bool halves = index == 1 || index == 3 || index == 6 || index == 13;
        block->reads_image = index == 0;
        block->size = size;
        block->stride = halves ? 2 : 1;
        block->padding = halves && size % 2 == 0 ? 0 : 1;
        size = (size + block->stride - 1) / block->stride;
        block->size_out = size;
        block->channels_in = index == 0 ? 1 : channels;
        block->channels_expanded = index == 0 ? shape->first : channels * shape->expansion;
        block->channels_out = shape->narrowest + index / 3 * shape->step;
        block->residual = block->stride == 1 && channels == block->channels_out;
        if (index < 3) {
            block->expand_limits = limits(block->channels_expanded, state);
            block->depthwise_limits = limits(block->channels_expanded, state);
        }
        block->image_size = index == 0 ? shape->size : 0;
        block->image_padding = shape->size % 2;
        if (splits && index > 0) {
            block->expand_split = split(channels, block->channels_expanded, state);
        } else {
            block->expand_weights = packed(index == 0 ? 9 : channels, block->channels_expanded, state);
        }
        block->expand_bias = biases(block->channels_expanded, state);
        block->depthwise_weights = packed(9, block->channels_expanded, state);
        block->depthwise_bias = biases(block->channels_expanded, state);
        if (splits) {
            block->project_split = split(block->channels_expanded, block->channels_out, state);
        } else {
            block->project_weights = packed(block->channels_expanded, block->channels_out, state);
        }
        block->project_bias = biases(block->channels_out, state);
        channels = block->channels_out;
        if (made.grouped_from == 0 && size * size <= 256) { made.grouped_from = index + 1; }
    }
    made.head = (network_head){
        .pixels = size * size, .channels_in = channels, .channels_out = shape->last,
        .weights = splits ? NULL : packed(channels, shape->last, state),
        .split = splits ? split(channels, shape->last, state) : NULL, .bias = biases(shape->last, state)};
    return made;
}

static void destroy(network *made) {
    for (int index = 0; index < blocks; index++) {
        network_block *block = &made->blocks[index];
        free((void *)block->expand_weights), free((void *)block->expand_bias);
        free((void *)block->depthwise_weights), free((void *)block->depthwise_bias);
        free((void *)block->project_weights), free((void *)block->project_bias);
        free((void *)block->expand_split), free((void *)block->project_split);
        free((void *)block->expand_limits), free((void *)block->depthwise_limits);
    }
    free((void *)made->head.weights), free((void *)made->head.split), free((void *)made->head.bias);
}

static size_t pixels(const network_block *block) { return (size_t)block->size_out * (size_t)block->size_out; }

static size_t map_floats(const network_block *block) { return up(block->channels_out) * pixels(block); }

/// Runs one block in its own memory, so that reads outside of its input are detected.
static float *run_block(
    network_instructions instructions, const network_block *block, const float *input, int count,
    const network_paper *paper, float *stale_output) {
    float *output = stale_output ? stale_output : room((size_t)count * map_floats(block), sizeof(float), 64);
    float *scratch = room(network_block_scratch(block, count), sizeof(float), 64);
    network_run_block(
        instructions, block, input, count, output, (size_t)count * pixels(block) * panel, scratch, paper);
    free(scratch);
    return output;
}

/// Marks and maps of a blank picture after each block that processes single pictures.
typedef struct {
    float *blank[blocks];
} paper_maps;

/// Returns the map after the blocks that process single pictures.
static float *run_wide(
    network_instructions instructions, const network *made, const uint8_t *gray, const paper_maps *paper,
    paper_maps *kept) {
    const int size = made->image_size;
    float *input = room(network_staged_row(size) * (size_t)(size + 2), sizeof(float), 64);
    network_stage_image(gray, size, input);
    uint8_t *marks = NULL;
    if (paper) {
        const network_block *first = &made->blocks[0];
        marks = room((size_t)first->size * (size_t)first->size, 1, 1);
        uint8_t *columns = room(network_mark_scratch(size), 1, 1);
        network_mark_image(first, gray, marks, columns);
        free(columns);
    }
    for (int index = 0; index < made->grouped_from; index++) {
        const network_block *block = &made->blocks[index];
        float *output = NULL;
        if (paper) {
            uint8_t *behind = room(pixels(block), 1, 1), *stale = room(pixels(block), 1, 1);
            uint8_t *columns = room(network_mark_scratch(block->size), 1, 1);
            network_mark_output(block, marks, behind, columns);
            memset(stale, 1, pixels(block));
            network_paper leave_out = {
                .marks = behind, .stale = stale, .blank = paper->blank[index],
                .scratch = room(network_paper_scratch(block), 1, 4)};
            output = run_block(instructions, block, input, 1, &leave_out, NULL);
            free(leave_out.scratch), free(stale), free(columns), free(marks);
            marks = behind;
        } else {
            output = run_block(instructions, block, input, 1, NULL, NULL);
        }
        free(input);
        input = output;
        if (kept) {
            kept->blank[index] = room(map_floats(block), sizeof(float), 64);
            memcpy(kept->blank[index], output, map_floats(block) * sizeof(float));
        }
    }
    free(marks);
    return input;
}

/// Returns the features of `count` pictures from their wide maps, and frees the maps.
static void run_group(
    network_instructions instructions, const network *made, float *const *wide, int count, float *features) {
    const network_block *last = &made->blocks[made->grouped_from - 1];
    const size_t floats = pixels(last) * panel;
    float *input = room((size_t)count * map_floats(last), sizeof(float), 64);
    for (size_t part = 0; part < up(last->channels_out) / panel; part++) {
        for (int image = 0; image < count; image++) {
            memcpy(
                input + (part * (size_t)count + (size_t)image) * floats, wide[image] + part * floats,
                floats * sizeof(float));
        }
    }
    for (int index = made->grouped_from; index < blocks; index++) {
        float *output = run_block(instructions, &made->blocks[index], input, count, NULL, NULL);
        free(input);
        input = output;
    }
    float *scratch = room(network_head_scratch(&made->head, count), sizeof(float), 64);
    network_run_head(instructions, &made->head, input, count, features, scratch);
    free(scratch), free(input);
}

static void draw(uint8_t *gray, int size, int kind, uint32_t *state) {
    for (int i = 0; i < size * size; i++) { gray[i] = kind == 1 ? (uint8_t)next_random(state) : 255; }
    if (kind != 2) { return; }
    for (int x = 0; x < size; x += 1 + (int)(next_random(state) % 5)) {
        gray[(size_t)(next_random(state) % (uint32_t)size) * (size_t)size + (size_t)x] = (uint8_t)next_random(state);
    }
}

static void run(const shape *shape, network_instructions instructions) {
    uint32_t state = 1;
    network made = make(shape, instructions >= network_split_amx, &state);
    const size_t area = (size_t)shape->size * (size_t)shape->size, width = (size_t)shape->last;
    uint8_t *gray[images];
    float *wide[images], *features = room(images * width, sizeof(float), sizeof(float));
    float *alone = room(width, sizeof(float), sizeof(float));
    paper_maps blank = {0};
    for (int image = 0; image < images; image++) {
        gray[image] = room(area, 1, 1);
        draw(gray[image], shape->size, image, &state);  // paper, noise, a drawing
        wide[image] = run_wide(instructions, &made, gray[image], NULL, image == 0 ? &blank : NULL);
    }
    run_group(instructions, &made, wide, images, features);
    for (int image = 0; image < images; image++) {
        for (size_t i = 0; i < width; i++) {
            const float value = features[(size_t)image * width + i];
            CHECK(value >= 0 && value <= 6, "feature %zu is %g", i, value);
        }
        run_group(instructions, &made, &wide[image], 1, alone);
        CHECK(memcmp(alone, features + (size_t)image * width, width * sizeof(float)) == 0, "alone it is another");
        float *skipped = run_wide(instructions, &made, gray[image], &blank, NULL);
        run_group(instructions, &made, &skipped, 1, alone);
        CHECK(memcmp(alone, features + (size_t)image * width, width * sizeof(float)) == 0, "paper changes it");
        free(skipped), free(wide[image]), free(gray[image]);
    }
    for (int index = 0; index < made.grouped_from; index++) { free(blank.blank[index]); }
    free(alone), free(features);
    destroy(&made);
}

int main(void) {
    const shape shapes[] = {
        {.size = 64, .first = 16, .narrowest = 8, .step = 16, .last = 160, .expansion = 6},
        {.size = 75, .first = 5, .narrowest = 3, .step = 7, .last = 37, .expansion = 3},
        {.size = 33, .first = 8, .narrowest = 8, .step = 5, .last = 40, .expansion = 6},
        {.size = 96, .first = 32, .narrowest = 16, .step = 40, .last = 48, .expansion = 6},
        // Rows of 42 and 21 pixels: full tiles of 7, two rows at a time, also with stride 2.
        {.size = 84, .first = 24, .narrowest = 9, .step = 9, .last = 40, .expansion = 4},
    };
    for (network_instructions set = network_portable; set <= network_split_emulated; set++) {
        if (!network_supports(set)) {
            printf("network: this machine has no %s\n", names[set]);
            continue;
        }
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) { run(&shapes[i], set); }
        printf("network: %s\n", names[set]);
    }
}
