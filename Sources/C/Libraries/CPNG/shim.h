#pragma once
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <png.h>

// libpng reports errors by longjmp, which must not cross Swift frames. Its simplified interface avoids longjmp but
// converts colors (gamma, compositing in linear light). Each step of the low-level interface is therefore wrapped here.
// A wrapper returns 1 on success and 0 on error, with the text in `message`. libpng only inflates, reverses filters and
// interlacing, and checks CRCs. Samples are returned as stored.

typedef struct {
    png_structp png;
    png_infop info;
    const unsigned char *next;
    size_t left;
    char message[128];
} png_reader;

// Stores libpng's message and jumps back to the current wrapper.
static void png_reader_fail(png_structp png, png_const_charp text) {
    png_reader *reader = (png_reader *)png_get_error_ptr(png);
    snprintf(reader->message, sizeof reader->message, "%s", text);
    png_longjmp(png, 1);
}

// Ignores warnings, which do not affect the image and would go to stderr.
static void png_reader_ignore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

// Reads from memory. The end of the data is an error.
static void png_reader_read(png_structp png, png_bytep out, size_t count) {
    png_reader *reader = (png_reader *)png_get_io_ptr(png);
    if (count > reader->left) png_error(png, "the file ends early");
    memcpy(out, reader->next, count);
    reader->next += count;
    reader->left -= count;
}

// Creates a reader; NULL only if out of memory. `bytes` must outlive it.
static inline png_reader *png_reader_make(const unsigned char *bytes, size_t count) {
    png_reader *reader = (png_reader *)calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->next = bytes;
    reader->left = count;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, png_reader_fail, png_reader_ignore);
    if (reader->png) reader->info = png_create_info_struct(reader->png);
    if (reader->info) return reader;
    png_destroy_read_struct(&reader->png, NULL, NULL);
    free(reader);
    return NULL;
}

static inline void png_reader_free(png_reader *reader) {
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}

// Reads up to the first image data, including the header, palette and transparency.
static inline int png_reader_open(png_reader *reader) {
    // Chunks that do not affect the image: only their CRC is checked.
    static const unsigned char skipped[] = "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0"
                                           "pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_set_read_fn(reader->png, reader, png_reader_read);
    png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, skipped, (int)sizeof skipped / 5);
    // The caller has its own limits and better messages.
    png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(reader->png, reader->info);
    return 1;
}

// Allocates libpng's row buffers, after the caller has checked the size.
static inline int png_reader_start(png_reader *reader) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_set_interlace_handling(reader->png);
    png_start_read_image(reader->png);
    return 1;
}

// Reads one row. In an interlaced image, it reads one pass of a row on top of the previous passes.
static inline int png_reader_row(png_reader *reader, unsigned char *row) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_read_row(reader->png, row, NULL);
    return 1;
}

// Reads everything after the image data, including IEND.
static inline int png_reader_finish(png_reader *reader) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_read_end(reader->png, NULL);
    return 1;
}
