#pragma once

// MobileNetV2's layers in float32.
//
// A map of c channels over n pixels lies in panels of 16 channels: [⌈c/16⌉][n][16], one pixel after the other, rows
// from the top, image after image. Channels beyond c are zero. Every pointer to a map, to packed weights, to biases
// and to scratch memory is aligned to 64 bytes.
//
// Every sum is taken in one order that depends on nothing but the layer: on one instruction set an image has the
// same features, to the bit, whatever it is computed together with.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Channels of a panel.
enum { network_panel = 16 };

/// What the processor is asked to do; a later one is faster where the machine has it.
typedef enum {
    /// Vectors as the compiler makes them for the plain architecture: SSE2 or NEON.
    network_portable = 0,
    /// AVX2 with fused multiply-add.
    network_avx2 = 1,
    /// AVX-512 F, BW, DQ and VL.
    network_avx512 = 2,
    /// AVX-512, and AMX tiles for 1 × 1 convolutions whose weights are split.
    network_split_amx = 3,
    /// The portable vectors, and tiles in plain C that give the bits of AMX: for tests, not for speed.
    network_split_emulated = 4,
} network_instructions;

/// Whether this machine (and this build) has an instruction set.
bool network_supports(network_instructions instructions);

/// A square image, staged for the first convolution: grey − 255, so that paper is zero, with a border one pixel wide.
///
/// Keras scales to grey / 127.5 − 1 and pads with zeros behind that: the border is −127.5. The division is in the
/// packed weights, what paper comes to in the biases.
///
/// - staged: `network_staged_row(size)` × (size + 2) floats.
void network_stage_image(const uint8_t *grey, int size, float *staged);

/// Floats from one row of a staged image to the next.
size_t network_staged_row(int size);

/// Packs a kernel of [channels_in][channels_out], each output channel times its factor, as [⌈out/16⌉][in][16].
void network_pack(const float *kernel, int channels_in, int channels_out, const double *factors, float *packed);

/// Splits a kernel of [channels_in][channels_out], each output channel times its factor, into pairs of bfloat16 for the
/// split instruction sets.
///
/// - packed: `network_split_count` values, aligned to 64 bytes.
void network_pack_split(const float *kernel, int channels_in, int channels_out, const double *factors, uint16_t *packed);

/// How many values `network_pack_split` writes.
size_t network_split_count(int channels_in, int channels_out);

/// An inverted residual block: expand, 3 × 3 depthwise, project, and the input added where the block asks for it.
///
/// The expanded map is never whole: bands of rows go through the first two steps one pair of panels at a time, so
/// that what is between them stays in the nearer caches.
typedef struct {
    /// The first block reads a staged image through the 3 × 3 convolution of stride 2 in place of the expansion; its
    /// `expand_weights` are packed from [9][channels].
    bool reads_image;
    /// Rows and columns of the map that the depthwise convolution reads, and of the one that it gives.
    int size, size_out;
    /// 1 or 2.
    int stride;
    /// Rows and columns of zeros before the first, 0 or 1; as many as needed come after the last.
    int padding;
    int channels_in, channels_expanded, channels_out;
    /// As `network_pack` gives them, and ⌈c/16⌉ · 16 biases each. The depthwise weights are [⌈c/16⌉][9][16].
    const float *expand_weights, *expand_bias;
    const float *depthwise_weights, *depthwise_bias;
    const float *project_weights, *project_bias;
    /// As `network_pack_split` gives them, for the split instruction sets, in place of `expand_weights` and
    /// `project_weights`; NULL: that convolution is not split. The first block's `expand_split` is NULL.
    const uint16_t *expand_split, *project_split;
    /// The bounds of ReLU6 behind the expansion and behind the depthwise convolution, [⌈c/16⌉][2][16] each; NULL: 0
    /// and 6.
    ///
    /// A map may be kept less a constant of each channel, for example what it is on paper. Its lower bound is then the
    /// zero of its padding; what the constants come to in the next convolution is in its bias.
    const float *expand_limits, *depthwise_limits;
    /// Adds the block's input to its output; of the first block that is the map of its convolution, of at most two
    /// panels.
    bool residual;
    /// For `reads_image`: rows and columns of the image, and zeros before its first, 0 or 1.
    int image_size, image_padding;
} network_block;

/// Floats of scratch memory that `network_run_block` needs for up to `images` images.
size_t network_block_scratch(const network_block *block, int images);

/// Blank paper in front of and behind a block: which pixels of one image are not what a blank image has there.
///
/// Marks are bytes, one for each pixel of a map: 1 where ink reaches the pixel, else 0.
typedef struct {
    const uint8_t *marks;  ///< size_out × size_out, behind the block, by `network_mark_output`
    const uint8_t *stale;  ///< where `output` is not as a blank image has it when the block begins
    const float *blank;    ///< the map behind the block of a blank image, panels following each other
    void *scratch;         ///< `network_paper_scratch` bytes, aligned to 4
} network_paper;

/// Bytes of scratch memory that a block needs to leave out paper.
size_t network_paper_scratch(const network_block *block);

/// Marks the map of the first convolution, size × size, from an image whose paper is 255.
///
/// - scratch: `network_mark_scratch` bytes for the image's size.
void network_mark_image(const network_block *block, const uint8_t *grey, uint8_t *marks, uint8_t *scratch);

/// Marks the map behind a block, size_out × size_out, from the marks of the one that its depthwise convolution reads.
///
/// - scratch: `network_mark_scratch` bytes for that map's size.
void network_mark_output(const network_block *block, const uint8_t *marks, uint8_t *marks_out, uint8_t *scratch);

/// Bytes of scratch memory to mark from a map of size × size.
size_t network_mark_scratch(int size);

/// Runs a block.
///
/// - input: the map of `images` images, or one staged image.
/// - output: where the first image's first pixel goes; panels are `output_panel` floats apart.
/// - paper: lets the pixels of one image that no ink reaches be taken from the blank one; NULL computes all.
void network_run_block(
    network_instructions instructions, const network_block *block, const float *input, int images, float *output,
    size_t output_panel, float *scratch, const network_paper *paper);

/// The last convolution (1 × 1, ReLU6) and the mean over all pixels.
typedef struct {
    int pixels;  ///< of one image
    int channels_in, channels_out;
    const float *weights, *bias;
    const uint16_t *split;  ///< for the split instruction sets, in place of `weights`; else NULL
} network_head;

/// Floats of scratch memory that `network_run_head` needs for up to `images` images.
size_t network_head_scratch(const network_head *head, int images);

/// Runs the head.
///
/// - features: images × channels_out, row-major, of any alignment.
void network_run_head(
    network_instructions instructions, const network_head *head, const float *input, int images, float *features,
    float *scratch);
