#pragma once

// The four steps that are compiled once per instruction set, and their arguments.

#include "network.h"

/// A part of a map to prefetch.
typedef struct {
    const float *values;
    size_t panel;  // floats between panels
    int panels, pixels;
} network_soon;

/// The number of parts that a convolution prefetches.
enum { network_soon_parts = 2 };

/// A 1 × 1 convolution over rows of pixels, with bias, then ReLU6 or a residual.
typedef struct {
    const float *input;
    size_t input_panel, input_row;  // floats between panels and between rows
    const float *weights, *bias;    // [panels][channels_in][16], [panels][16]
    int channels_in, panels;        // input channels, output panels
    bool ends_in_half;              // the last panel has at most 8 channels; the weights of the others are zero
    const float *residual;          // added to the output, or NULL; rows are consecutive like those of the output
    size_t residual_panel;
    float *output;
    size_t output_panel, output_row;
    int rows, pixels;  // pixels of a row
    const int32_t *places;  // positions of the pixels in output and residual, for one row; NULL if consecutive
    bool relu6;
    const float *limits;  // for relu6, instead of 0 and 6: [panels][2][16], or NULL
    const uint16_t *split_input, *split_weights;  // instead of input and weights, for a split kernel
    const network_soon *soon;  // `network_soon_parts` parts to prefetch between the products, or NULL
} network_pointwise;

/// A 3 × 3 convolution of stride 2 over a staged image, with bias and ReLU6.
typedef struct {
    const float *input;  // the first output pixel's top left neighbor
    size_t input_row;
    const float *weights, *bias;  // [panels][9][16], [panels][16]
    int panels;
    const float *limits;  // instead of 0 and 6: [panels][2][16], or NULL
    float *output;
    size_t output_panel, output_row;
    int rows, pixels;
} network_convolution;

/// A 3 × 3 depthwise convolution of one panel, with bias and ReLU6. The input includes its padding.
typedef struct {
    const float *input;  // the first output pixel's top left neighbor
    size_t input_row;
    int stride;
    const float *weights, *bias;  // [9][16], [16]
    const float *limits;  // instead of 0 and 6: [2][16], or NULL
    float *output;
    int rows, pixels;  // consecutive rows
    const int32_t *places;  // positions of the pixels' top left neighbors in the input, for one row; NULL if in order
} network_depthwise;

typedef struct {
    void (*pointwise)(const network_pointwise *);
    void (*convolution)(const network_convolution *);
    void (*depthwise)(const network_depthwise *);
    /// Computes the mean of `pixels` pixels of one panel, 16 channels.
    void (*mean)(const float *input, int pixels, float *means);
    /// Runs 1 × 1 convolutions with split weights. NULL in the tables of the instruction sets.
    const struct network_split *split;
} network_kernels;

extern const network_kernels network_kernels_portable;
#if defined(__x86_64__)
extern const network_kernels network_kernels_avx2;
extern const network_kernels network_kernels_avx512;
#endif

/// Returns the number of panels for some channels.
static inline int network_panels(int channels) { return (channels + network_panel - 1) / network_panel; }

/// Returns whether the last panel has at most 8 channels.
static inline bool network_ends_in_half(int channels) {
    return network_panels(channels) * network_panel - channels >= network_panel / 2;
}

/// Writes padding pixels into a panel of a block's expanded map: the value of zero, which is the lower bound.
static inline void network_pad(const network_block *block, int panel, float *to, size_t pixels) {
    static const float zeros[network_panel] = {0};
    const float *padding =
        block->expand_limits ? block->expand_limits + (size_t)panel * 2 * network_panel : zeros;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        __builtin_memcpy(to + pixel * network_panel, padding, network_panel * sizeof(float));
    }
}

/// Returns the bounds of the channels from a panel on; NULL for 0 and 6.
static inline const float *network_limits(const float *limits, int panel) {
    return limits ? limits + (size_t)panel * 2 * network_panel : NULL;
}
