#pragma once

// One step of training MobileNetV2 in float32: forward over a batch, then backward.
//
// Maps lie like those of the inference, in panels of 16 channels: [⌈c/16⌉][images · pixels][16], channels beyond c
// zero, panels `panel` floats apart. Every pointer to a map, to packed weights, to coefficients (⌈c/16⌉ · 16 of them)
// and to scratch memory is aligned to 64 bytes.
//
// A call works on some images of the batch, which the caller cuts without asking how many threads there are; what it
// adds up it leaves in memory of its own (`partial`), for the caller to add up in order. So a step has the same bytes
// on any number of threads.
//
// An expansion is a linear map of few channels to many, so the batch normalisation behind it needs only the moments
// of the few: the mean of W·x is W·mean(x), its variance is w·Cov(x)·w. The expanded map is never stored, neither in
// front of nor behind its normalisation, but computed again by the backward pass; and what the normalisation takes
// back from the gradient behind it is a thin matrix times the block's input. `Training/ExpandedNormalisation.swift`
// has the equations.

#include "network.h"

typedef struct {
    float *values;
    size_t panel;  // floats from one panel to the next
} training_map;

/// An inverted residual block. The first reads patches of the image, 9 channels, in place of a map.
typedef struct {
    /// Rows and columns of the map that the depthwise convolution reads, and of the one that it gives.
    int size, size_out;
    int stride;
    /// Rows and columns of zeros before the first, 0 or 1.
    int padding;
    int channels_in, channels_expanded, channels_out;
    /// Adds the block's input to its output; of a block that reads the image, the map of its convolution.
    bool residual;
    bool reads_image;
    /// Computes `filtered_slope` again where it is read rather than keep it: a few products less to load and store.
    bool forgets_slope;

    training_map input;      // before the block
    training_map filtered;   // behind the depthwise convolution, before its normalisation
    training_map projected;  // behind the projection, before its normalisation
    training_map output;     // behind the block
    /// The loss by `filtered` behind its normalisation and before its ReLU6, and by `output` and `input`.
    training_map filtered_slope, output_slope;  // the first without values where it is forgotten
    training_map input_slope;  // without values: not asked for

    /// The expansion with its normalisation folded in, as [⌈out/16⌉][in][16], and transposed.
    float *expand, *expand_bias, *expand_transposed;
    /// [⌈c/16⌉][9][16].
    float *filter;
    /// y = scale · x + shift is the normalisation.
    float *filtered_scale, *filtered_shift, *projected_scale, *projected_shift;
    float *project, *project_transposed;
    /// Backward through a normalisation: slope · by_slope + map · by_map + constant.
    float *filtered_by_slope, *filtered_by_map, *filtered_constant;
    float *projected_by_slope, *projected_by_map, *projected_constant;
    /// What the expansion's normalisation takes back: input · correction + correction_bias; NULL: nothing.
    float *correction, *correction_bias;
    /// As many zeros as the widest map has channels.
    const float *zeros;
    /// The `projected` map of the block before, whose normalisation wants its products with `input_slope`.
    training_map projected_before;
} training_block;

/// Floats of scratch memory that any of the calls for a block needs.
size_t training_block_scratch(const training_block *block);

/// The patches of 3 × 3 that the first convolution reads, grey − 127.5: 9 channels of one panel.
///
/// - grey: `images` images of size × size.
void training_patches(const uint8_t *grey, int size, int images, float *patches);

/// Expands, normalises, clips and filters: `filtered` from `input`.
///
/// - moments: [panels][2][16], Σ x and Σ x² of `filtered`, overwritten.
void training_filter(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments);

/// Normalises, clips and projects: `projected` from `filtered`. `moments` as above, of `projected`.
void training_project(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments);

/// Normalises, and adds the shortcut: `output` from `projected`.
///
/// - moments: as above, of `output`.
/// - gram: Σ y·yᵀ as [panels][panels · 16][16], whose blocks of 16 × 16 below the diagonal stay 0; overwritten. NULL:
///   neither is asked for.
void training_join(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments, double *gram);

/// The same sums of a block's input.
void training_input_sums(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments, double *gram);

/// Back through projection and ReLU6: `filtered_slope` from `output_slope`.
///
/// - kernel: the gradient of the projection, [⌈out/16⌉][⌈expanded/16⌉ · 16][16], overwritten.
/// - products: [panels][2][16], Σ slope and Σ slope · x over `filtered`, overwritten.
void training_project_backward(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    float *kernel, double *products);

/// Back through filter, ReLU6 and expansion: `input_slope` from `filtered_slope`, or from `output_slope` again where that
/// is forgotten; without the correction.
///
/// - filter: the gradient of the depthwise kernel, [panels][9][16], overwritten.
/// - kernel: Σ input · slopeᵀ behind the expansion's normalisation, [⌈expanded/16⌉][⌈in/16⌉ · 16][16], overwritten.
/// - sums: Σ slope there, [panels][16], overwritten.
void training_filter_backward(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    float *filter, float *kernel, double *sums);

/// Adds the correction to `input_slope`.
///
/// - products: [panels][2][16], Σ slope and Σ slope · x over `projected_before`, overwritten.
void training_correct(
    network_instructions instructions, const training_block *block, int first, int images, double *products);

/// The last convolution (1 × 1), its normalisation, ReLU6 and the mean over all pixels.
typedef struct {
    int pixels;  // of one image
    int channels_in, channels_out;
    training_map input, convolved;
    training_map input_slope;  // without values: not asked for
    float *weights, *transposed;
    float *scale, *shift;
    float *by_slope, *by_map, *constant;
    training_map projected_before;
    int channel_stride;  // floats from one image's features, and their slopes, to the next
    const float *zeros;
} training_head;

size_t training_head_scratch(const training_head *head);

/// `convolved` from `input`. `moments` as for a block.
void training_head_convolve(
    network_instructions instructions, const training_head *head, int first, int images, double *moments);

/// - features: of all images, [images][channel_stride].
void training_head_pool(
    network_instructions instructions, const training_head *head, int first, int images, float *features);

/// - slopes: of the loss by all images' features.
/// - products: Σ slope and Σ slope · x over `convolved`, overwritten.
void training_head_products(
    network_instructions instructions, const training_head *head, int first, int images, const float *slopes,
    double *products);

/// - kernel: the gradient of the convolution, [⌈out/16⌉][⌈in/16⌉ · 16][16], overwritten.
/// - products: as for `training_correct`.
void training_head_backward(
    network_instructions instructions, const training_head *head, int first, int images, const float *slopes,
    float *scratch, float *kernel, double *products);

/// Packs panel `panel` of a kernel of [rows][columns]: [rows][16], each column times its factor.
///
/// - factors: one for each column, or NULL.
void training_pack(const float *kernel, int rows, int columns, int panel, const float *factors, float *packed);

/// Packs panel `panel` of the transposed kernel: [columns][16 rows], each column times its factor.
void training_pack_transposed(
    const float *kernel, int rows, int columns, int panel, const float *factors, float *packed);

/// Adds up panel `panel` of packed gradients ([⌈columns/16⌉][stored_rows][16]) over `count` pieces, each `distance`
/// floats behind the one before, into a gradient of [rows][columns].
void training_unpack(
    const float *partials, int count, size_t distance, int rows, int stored_rows, int columns, int panel, float factor,
    float *gradient);

/// Mean and variance behind an expansion, for the 16 channels of panel `panel`.
///
/// - covariance: rows × rows.
/// - weighted: [rows][16], covariance · kernel, overwritten.
/// - scratch: as large as `weighted`.
/// - means, variances: of the panel's channels, 16 each, overwritten.
void training_expanded_moments(
    network_instructions instructions, const float *kernel, int rows, int columns, int panel, const double *mean,
    const double *covariance, double *weighted, double *scratch, double *means, double *variances);

/// The gradient behind an expansion's normalisation, for the 16 channels of panel `panel`.
///
/// - partials: Σ input · slopeᵀ of `count` pieces, each `distance` floats behind the one before, as
///   `training_filter_backward` gives them.
/// - sums: Σ slope of every channel.
/// - mean: of the block's input; weighted: of this panel, see `training_expanded_moments`; both NULL where the
///   normalisation is frozen.
/// - means, inverses, scales: of every channel, the normalisation's mean, 1 / √(variance + ε), gamma times that.
/// - factor: what the kernel's gradient is multiplied by.
/// - gradient: of the kernel, [rows][columns], this panel's columns of it; by_gamma: of every channel.
void training_expanded_backward(
    const float *partials, int count, size_t distance, const float *kernel, int rows, int columns, int panel,
    const double *sums, const double *mean, const double *weighted, const double *means, const double *inverses,
    const double *scales, double factor, float *gradient, double *by_gamma);

/// What an expansion's normalisation takes back, for 16 of the block's input channels.
///
/// - transposed: that panel of the folded transposed kernel, [columns][16].
/// - factors, slopes: one of each for every expanded channel.
/// - scratch: 20 for each expanded channel.
/// - correction: [rows][16]; bias: 16.
void training_correction(
    network_instructions instructions, const float *kernel, const float *transposed, int rows, int columns,
    const double *factors, const double *slopes, const double *mean, double *scratch, float *correction,
    float *bias);
