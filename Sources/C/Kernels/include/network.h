#pragma once

// The layers of MobileNetV2 in float32.
//
// A map of c channels over n pixels has panels of 16 channels: [⌈c/16⌉][n][16]. Pixels are in row-major order from the
// top, images in sequence. Channels beyond c are zero. Pointers to maps, packed weights, biases and scratch memory are
// aligned to 64 bytes.
//
// The order of every sum depends only on the layer. With one instruction set, the features of an image are therefore
// bit-identical regardless of other images in the call.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The channels of a panel.
enum { network_panel = 16 };

/// Instruction sets, from slowest to fastest.
typedef enum {
    /// The vectors of the base architecture: SSE2 or NEON.
    network_portable = 0,
    /// AVX2 with fused multiply-add.
    network_avx2 = 1,
    /// AVX-512 F, BW, DQ and VL.
    network_avx512 = 2,
    /// AVX-512, and AMX tiles for 1 × 1 convolutions with split weights.
    network_split_amx = 3,
    /// The portable vectors, and emulated tiles with the same bits as AMX. For tests, because it is slow.
    network_split_emulated = 4,
} network_instructions;

/// Returns whether this machine and this build support an instruction set.
bool network_supports(network_instructions instructions);

/// Stages a square image for the first convolution as gray − 255, so that paper is zero, with a border one pixel wide.
///
/// Keras scales to gray / 127.5 − 1 and then pads with zeros, which makes the border −127.5. The division is part of
/// the packed weights, and the contribution of paper is part of the biases.
///
/// - staged: `network_staged_row(size)` × (size + 2) floats.
void network_stage_image(const uint8_t *gray, int size, float *staged);

/// Returns the number of floats between rows of a staged image.
size_t network_staged_row(int size);

/// Packs a kernel of [channels_in][channels_out] as [⌈out/16⌉][in][16], each output channel times its factor.
void network_pack(const float *kernel, int channels_in, int channels_out, const double *factors, float *packed);

/// Splits a kernel of [channels_in][channels_out], each output channel times its factor, into pairs of bfloat16 for the
/// split instruction sets.
///
/// - packed: `network_split_count` values, aligned to 64 bytes.
void network_pack_split(const float *kernel, int channels_in, int channels_out, const double *factors, uint16_t *packed);

/// Returns the number of values that `network_pack_split` writes.
size_t network_split_count(int channels_in, int channels_out);

/// An inverted residual block: expansion, 3 × 3 depthwise convolution, projection, and the residual if any.
///
/// The expanded map is never complete. Bands of rows pass through the first two steps in pairs of panels, so that the
/// intermediate values stay in the caches.
typedef struct {
    /// Whether this is the first block, which reads a staged image through the 3 × 3 convolution of stride 2 instead of
    /// the expansion. Its `expand_weights` are packed from [9][channels].
    bool reads_image;
    /// The rows (and columns) of the depthwise convolution's input and output.
    int size, size_out;
    /// 1 or 2.
    int stride;
    /// The rows and columns of zeros before the first, 0 or 1. As many as needed follow the last.
    int padding;
    int channels_in, channels_expanded, channels_out;
    /// Packed by `network_pack`, with ⌈c/16⌉ · 16 biases each. The depthwise weights are [⌈c/16⌉][9][16].
    const float *expand_weights, *expand_bias;
    const float *depthwise_weights, *depthwise_bias;
    const float *project_weights, *project_bias;
    /// Packed by `network_pack_split`, used by the split instruction sets instead of `expand_weights` and
    /// `project_weights`. NULL if that convolution is not split. The first block's `expand_split` is NULL.
    const uint16_t *expand_split, *project_split;
    /// The bounds of ReLU6 after the expansion and after the depthwise convolution, [⌈c/16⌉][2][16] each. NULL for 0
    /// and 6.
    ///
    /// A map may be stored minus a constant per channel, for example its value on paper. The lower bound is then the
    /// value of zero, which is used as padding. The contribution of the constants to the next convolution is in its
    /// bias.
    const float *expand_limits, *depthwise_limits;
    /// Adds the block's input to its output. In the first block this is the map of its convolution, of at most two
    /// panels.
    bool residual;
    /// For `reads_image`: the rows of the image, and the zeros before its first row, 0 or 1.
    int image_size, image_padding;
} network_block;

/// Returns the floats of scratch memory for `network_run_block` with up to `images` images.
size_t network_block_scratch(const network_block *block, int images);

/// The blank paper before and after a block: marks of the pixels of one image that differ from a blank image.
///
/// Marks have one byte per pixel of a map: 1 if ink reaches the pixel, else 0.
typedef struct {
    const uint8_t *marks;  ///< size_out × size_out, after the block, by `network_mark_output`
    const uint8_t *stale;  ///< where `output` differs from a blank image before the block runs
    const float *blank;    ///< the map of a blank image after the block, in consecutive panels
    void *scratch;         ///< `network_paper_scratch` bytes, aligned to 4
} network_paper;

/// Returns the bytes of scratch memory that a block needs to skip paper.
size_t network_paper_scratch(const network_block *block);

/// Marks the map of the first convolution, size × size, from an image with paper of value 255.
///
/// - scratch: `network_mark_scratch` bytes for the image's size.
void network_mark_image(const network_block *block, const uint8_t *gray, uint8_t *marks, uint8_t *scratch);

/// Marks the map after a block, size_out × size_out, from the marks of the depthwise convolution's input.
///
/// - scratch: `network_mark_scratch` bytes for that map's size.
void network_mark_output(const network_block *block, const uint8_t *marks, uint8_t *marks_out, uint8_t *scratch);

/// Returns the bytes of scratch memory to mark from a map of size × size.
size_t network_mark_scratch(int size);

/// Runs a block.
///
/// - input: the map of `images` images, or one staged image.
/// - output: the first pixel of the first image; panels are `output_panel` floats apart.
/// - paper: copies pixels of one image that no ink reaches from the blank map. NULL computes all pixels.
void network_run_block(
    network_instructions instructions, const network_block *block, const float *input, int images, float *output,
    size_t output_panel, float *scratch, const network_paper *paper);

/// The last convolution (1 × 1, ReLU6) and the mean over all pixels.
typedef struct {
    int pixels;  ///< of one image
    int channels_in, channels_out;
    const float *weights, *bias;
    const uint16_t *split;  ///< for the split instruction sets instead of `weights`; else NULL
} network_head;

/// Returns the floats of scratch memory for `network_run_head` with up to `images` images.
size_t network_head_scratch(const network_head *head, int images);

/// Runs the head.
///
/// - features: images × channels_out, row-major, any alignment.
void network_run_head(
    network_instructions instructions, const network_head *head, const float *input, int images, float *features,
    float *scratch);
