#pragma once
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <png.h>

// libpng reports errors by longjmp, which must not pass through Swift, and its simplified interface, which needs no
// longjmp, converts colours on the way (gamma, compositing in linear light). So each step of the plain interface is
// wrapped here: it returns 1 when it is done and 0 after an error, whose text is then in `message`. libpng only
// inflates, undoes filters and interlacing and checks the CRCs; samples come out as they are stored.

typedef struct {
    png_structp png;
    png_infop info;
    const unsigned char *next;
    size_t left;
    char message[128];
} png_reader;

// Keeps libpng's words and jumps back to the wrapper that was entered last.
static void png_reader_fail(png_structp png, png_const_charp text) {
    png_reader *reader = (png_reader *)png_get_error_ptr(png);
    snprintf(reader->message, sizeof reader->message, "%s", text);
    png_longjmp(png, 1);
}

// Warnings are about things that don't touch the picture; without this they go to stderr.
static void png_reader_ignore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

// Reads from memory, and stops at its end: a truncated file is an error.
static void png_reader_read(png_structp png, png_bytep out, size_t count) {
    png_reader *reader = (png_reader *)png_get_io_ptr(png);
    if (count > reader->left) png_error(png, "the file ends early");
    memcpy(out, reader->next, count);
    reader->next += count;
    reader->left -= count;
}

// Makes a reader; NULL only without memory. `bytes` must outlive it.
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

// Reads up to the first image data: what the header, palette and transparency chunks say is then known.
static inline int png_reader_open(png_reader *reader) {
    // Chunks that don't say what the picture looks like: neither parsed nor inflated, only their CRC is checked.
    static const unsigned char skipped[] = "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0"
                                           "pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_set_read_fn(reader->png, reader, png_reader_read);
    png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, skipped, (int)sizeof skipped / 5);
    // The caller has limits of its own and better words for them.
    png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(reader->png, reader->info);
    return 1;
}

// Allocates libpng's row buffers, after the size has been looked at.
static inline int png_reader_start(png_reader *reader) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_set_interlace_handling(reader->png);
    png_start_read_image(reader->png);
    return 1;
}

// Reads one row, or, for an interlaced picture, one pass of one row on top of the passes before.
static inline int png_reader_row(png_reader *reader, unsigned char *row) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_read_row(reader->png, row, NULL);
    return 1;
}

// Reads what follows the image data up to and with IEND.
static inline int png_reader_finish(png_reader *reader) {
    if (setjmp(png_jmpbuf(reader->png))) return 0;
    png_read_end(reader->png, NULL);
    return 1;
}
