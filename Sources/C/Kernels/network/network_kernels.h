#pragma once

// The four steps that are written once per instruction set, and what they are told.

#include "network.h"

/// A part of a map that is read soon, and that is not in a cache yet.
typedef struct {
    const float *values;
    size_t panel;  // floats from panel to panel
    int panels, pixels;
} network_soon;

/// How many parts a convolution asks for.
enum { network_soon_parts = 2 };

/// A 1 × 1 convolution over rows of pixels, with bias, then ReLU6 or a residual.
typedef struct {
    const float *input;
    size_t input_panel, input_row;  // floats from panel to panel, from row to row
    const float *weights, *bias;    // [panels][channels_in][16], [panels][16]
    int channels_in, panels;        // in channels, out panels
    bool ends_in_half;              // the last panel has at most 8 channels; the others' weights are zero
    const float *residual;          // added to the output, or NULL; rows follow each other like the output's
    size_t residual_panel;
    float *output;
    size_t output_panel, output_row;
    int rows, pixels;  // pixels of a row
    const int32_t *places;  // where each pixel goes in output and residual, of one row; NULL: one behind the other
    bool relu6;
    const float *limits;  // for relu6, in place of 0 and 6: [panels][2][16], or NULL
    const uint16_t *split_input, *split_weights;  // in place of input and weights, for a split kernel
    const network_soon *soon;  // asked for between the products: `network_soon_parts` of them, or NULL
} network_pointwise;

/// A 3 × 3 convolution of stride 2 over a staged image, with bias and ReLU6.
typedef struct {
    const float *input;  // the first output pixel's top left neighbour
    size_t input_row;
    const float *weights, *bias;  // [panels][9][16], [panels][16]
    int panels;
    const float *limits;  // in place of 0 and 6: [panels][2][16], or NULL
    float *output;
    size_t output_panel, output_row;
    int rows, pixels;
} network_convolution;

/// A 3 × 3 depthwise convolution of one panel, with bias and ReLU6. Its input has its padding around it.
typedef struct {
    const float *input;  // the first output pixel's top left neighbour
    size_t input_row;
    int stride;
    const float *weights, *bias;  // [9][16], [16]
    const float *limits;  // in place of 0 and 6: [2][16], or NULL
    float *output;
    int rows, pixels;  // rows follow each other without a gap
    const int32_t *places;  // where each pixel's top left neighbour is in the input, of one row; NULL: in order
} network_depthwise;

typedef struct {
    void (*pointwise)(const network_pointwise *);
    void (*convolution)(const network_convolution *);
    void (*depthwise)(const network_depthwise *);
    /// The mean of `pixels` pixels of one panel, 16 channels.
    void (*mean)(const float *input, int pixels, float *means);
    /// How the 1 × 1 convolutions run whose weights are split; NULL in the tables of the instruction sets.
    const struct network_split *split;
} network_kernels;

extern const network_kernels network_kernels_portable;
#if defined(__x86_64__)
extern const network_kernels network_kernels_avx2;
extern const network_kernels network_kernels_avx512;
#endif

/// Panels that hold so many channels.
static inline int network_panels(int channels) { return (channels + network_panel - 1) / network_panel; }

/// Whether the last of the panels has at most 8 channels.
static inline bool network_ends_in_half(int channels) {
    return network_panels(channels) * network_panel - channels >= network_panel / 2;
}

/// Writes pixels of padding into a panel of a block's expanded map: zero, which is the least that there is.
static inline void network_pad(const network_block *block, int panel, float *to, size_t pixels) {
    static const float zeros[network_panel] = {0};
    const float *padding =
        block->expand_limits ? block->expand_limits + (size_t)panel * 2 * network_panel : zeros;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        __builtin_memcpy(to + pixel * network_panel, padding, network_panel * sizeof(float));
    }
}

/// The bounds of the channels from a panel on, if there are any but 0 and 6.
static inline const float *network_limits(const float *limits, int panel) {
    return limits ? limits + (size_t)panel * 2 * network_panel : NULL;
}
