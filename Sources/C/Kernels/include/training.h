#pragma once

// One training step of MobileNetV2 in float32: forward over a batch, then backward. A slope is the gradient of the loss
// with respect to a map.
//
// Maps have the layout of the inference, in panels of 16 channels: [⌈c/16⌉][images · pixels][16]. Channels beyond c are
// zero, and panels are `panel` floats apart. Pointers to maps, packed weights, coefficients (⌈c/16⌉ · 16 of them) and
// scratch memory are aligned to 64 bytes.
//
// A call processes a piece of the batch. The division into pieces does not depend on the number of threads. Sums go to
// the piece's own memory (`partial`), and the caller adds them up in order. A step is therefore bit-identical for any
// number of threads.
//
// An expansion is a linear map of few channels to many. The batch normalization after it needs only the moments of its
// input: the mean of W·x is W·mean(x), its variance is w·Cov(x)·w. The expanded map is never stored but computed again
// in the backward pass. The correction of the gradient by the normalization is a thin matrix times the block's input.
// See `Training/ExpandedNormalization.swift` for the equations.

#include "network.h"

typedef struct {
    float *values;
    size_t panel;  // floats between panels
} training_map;

/// An inverted residual block. The first block reads patches of the image with 9 channels instead of a map.
typedef struct {
    /// The rows (and columns) of the depthwise convolution's input and output.
    int size, size_out;
    int stride;
    /// The rows and columns of zeros before the first, 0 or 1.
    int padding;
    int channels_in, channels_expanded, channels_out;
    /// Adds the block's input to its output. In a block that reads the image, this is the map of its convolution.
    bool residual;
    bool reads_image;
    /// Computes `filtered_slope` again instead of storing it: some more products, but less memory traffic.
    bool forgets_slope;

    training_map input;      // before the block
    training_map filtered;   // after the depthwise convolution, before its normalization
    training_map projected;  // after the projection, before its normalization
    training_map output;     // after the block
    /// The gradients with respect to `filtered` (after its normalization, before its ReLU6), `output` and `input`.
    training_map filtered_slope, output_slope;  // the first is empty if it is not stored
    training_map input_slope;  // empty if not needed

    /// The expansion with its normalization folded in, as [⌈out/16⌉][in][16], and its transpose.
    float *expand, *expand_bias, *expand_transposed;
    /// [⌈c/16⌉][9][16].
    float *filter;
    /// The normalizations, y = scale · x + shift.
    float *filtered_scale, *filtered_shift, *projected_scale, *projected_shift;
    float *project, *project_transposed;
    /// The backward pass of the normalizations: slope · by_slope + map · by_map + constant.
    float *filtered_by_slope, *filtered_by_map, *filtered_constant;
    float *projected_by_slope, *projected_by_map, *projected_constant;
    /// The correction of the gradient by the expansion's normalization: input · correction + correction_bias. NULL if
    /// none.
    float *correction, *correction_bias;
    /// Zeros for the channels of the widest map.
    const float *zeros;
    /// The `projected` map of the previous block, whose normalization needs its products with `input_slope`.
    training_map projected_before;
} training_block;

/// Returns the floats of scratch memory for all calls for a block.
size_t training_block_scratch(const training_block *block);

/// Extracts the 3 × 3 patches of the first convolution as gray − 127.5: 9 channels of one panel.
///
/// - gray: `images` images of size × size.
void training_patches(const uint8_t *gray, int size, int images, float *patches);

/// Computes `filtered` from `input`: expansion, normalization, ReLU6, depthwise convolution.
///
/// - moments: [panels][2][16], Σ x and Σ x² of `filtered`, overwritten.
void training_filter(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments);

/// Computes `projected` from `filtered`: normalization, ReLU6, projection. `moments` as above, of `projected`.
void training_project(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments);

/// Computes `output` from `projected`: normalization and residual.
///
/// - moments: as above, of `output`.
/// - gram: Σ y·yᵀ as [panels][panels · 16][16], overwritten. Blocks of 16 × 16 below the diagonal stay 0. NULL computes
///   neither moments nor gram.
void training_join(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments, double *gram);

/// Computes the same sums of a block's input.
void training_input_sums(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    double *moments, double *gram);

/// Computes `filtered_slope` from `output_slope`: back through projection and ReLU6.
///
/// - kernel: the gradient of the projection, [⌈out/16⌉][⌈expanded/16⌉ · 16][16], overwritten.
/// - products: [panels][2][16], Σ slope and Σ slope · x over `filtered`, overwritten.
void training_project_backward(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    float *kernel, double *products);

/// Computes `input_slope` without the correction: back through depthwise convolution, ReLU6 and expansion. The input is
/// `filtered_slope`, or `output_slope` if `filtered_slope` is not stored.
///
/// - filter: the gradient of the depthwise kernel, [panels][9][16], overwritten.
/// - kernel: Σ input · slopeᵀ after the expansion's normalization, [⌈expanded/16⌉][⌈in/16⌉ · 16][16], overwritten.
/// - sums: Σ slope after the expansion's normalization, [panels][16], overwritten.
void training_filter_backward(
    network_instructions instructions, const training_block *block, int first, int images, float *scratch,
    float *filter, float *kernel, double *sums);

/// Adds the correction to `input_slope`.
///
/// - products: [panels][2][16], Σ slope and Σ slope · x over `projected_before`, overwritten.
void training_correct(
    network_instructions instructions, const training_block *block, int first, int images, double *products);

/// The last convolution (1 × 1), its normalization, ReLU6 and the mean over all pixels.
typedef struct {
    int pixels;  // of one image
    int channels_in, channels_out;
    training_map input, convolved;
    training_map input_slope;  // empty if not needed
    float *weights, *transposed;
    float *scale, *shift;
    float *by_slope, *by_map, *constant;
    training_map projected_before;
    int channel_stride;  // floats between images in the features and their gradients
    const float *zeros;
} training_head;

size_t training_head_scratch(const training_head *head);

/// Computes `convolved` from `input`. `moments` as for a block.
void training_head_convolve(
    network_instructions instructions, const training_head *head, int first, int images, double *moments);

/// - features: [images][channel_stride], of all images.
void training_head_pool(
    network_instructions instructions, const training_head *head, int first, int images, float *features);

/// - slopes: the gradients with respect to the features of all images.
/// - products: Σ slope and Σ slope · x over `convolved`, overwritten.
void training_head_products(
    network_instructions instructions, const training_head *head, int first, int images, const float *slopes,
    double *products);

/// - kernel: the gradient of the convolution, [⌈out/16⌉][⌈in/16⌉ · 16][16], overwritten.
/// - products: as for `training_correct`.
void training_head_backward(
    network_instructions instructions, const training_head *head, int first, int images, const float *slopes,
    float *scratch, float *kernel, double *products);

/// Packs panel `panel` of a kernel of [rows][columns] as [rows][16], each column times its factor.
///
/// - factors: one per column, or NULL.
void training_pack(const float *kernel, int rows, int columns, int panel, const float *factors, float *packed);

/// Packs panel `panel` of the transposed kernel as [columns][16 rows], each column times its factor.
void training_pack_transposed(
    const float *kernel, int rows, int columns, int panel, const float *factors, float *packed);

/// Adds up panel `panel` of packed gradients ([⌈columns/16⌉][stored_rows][16]) over `count` pieces, which are
/// `distance` floats apart, into a gradient of [rows][columns].
void training_unpack(
    const float *partials, int count, size_t distance, int rows, int stored_rows, int columns, int panel, float factor,
    float *gradient);

/// Computes mean and variance after an expansion for the 16 channels of panel `panel`.
///
/// - covariance: rows × rows.
/// - weighted: [rows][16], covariance · kernel, overwritten.
/// - scratch: the size of `weighted`.
/// - means, variances: 16 values each for the channels of the panel, overwritten.
void training_expanded_moments(
    network_instructions instructions, const float *kernel, int rows, int columns, int panel, const double *mean,
    const double *covariance, double *weighted, double *scratch, double *means, double *variances);

/// Computes the gradient after an expansion's normalization for the 16 channels of panel `panel`.
///
/// - partials: Σ input · slopeᵀ of `count` pieces, `distance` floats apart, as in `training_filter_backward`.
/// - sums: Σ slope of every channel.
/// - mean: the mean of the block's input. weighted: this panel's result of `training_expanded_moments`. Both are NULL
///   if the normalization is frozen.
/// - means, inverses, scales: of every channel: the normalization's mean, 1 / √(variance + ε), and gamma times that.
/// - factor: a factor of the kernel's gradient.
/// - gradient: [rows][columns] of the kernel; writes this panel's columns. by_gamma: of every channel.
void training_expanded_backward(
    const float *partials, int count, size_t distance, const float *kernel, int rows, int columns, int panel,
    const double *sums, const double *mean, const double *weighted, const double *means, const double *inverses,
    const double *scales, double factor, float *gradient, double *by_gamma);

/// Computes the correction by an expansion's normalization for 16 of the block's input channels.
///
/// - transposed: this panel of the folded transposed kernel, [columns][16].
/// - factors, slopes: one value each per expanded channel.
/// - scratch: 20 values per expanded channel.
/// - correction: [rows][16]; bias: 16.
void training_correction(
    network_instructions instructions, const float *kernel, const float *transposed, int rows, int columns,
    const double *factors, const double *slopes, const double *mean, double *scratch, float *correction,
    float *bias);
