/* check.h - walks a picture file from end to end before anything is decoded.
 *
 * The decoder behind it checks no CRC, takes missing tables for zeros and a missing end for gray.
 * So all that is decided here: that the file is whole, and that its kind is read.
 *
 *     check_png.c    chunks: order, CRC, IHDR
 *     check_jpeg.c   markers: frame, tables, scans, restarts; what they cost
 *     check_exif.c   the orientation that a camera noted
 *     check_size.c   how large an image may be, in pixels and in memory
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_CHECK_H
#define EVAX_CHECK_H

#include "error_message.h"

#include <stdbool.h>

/* What the decoder needs to know. Offsets and sizes are in bytes of the file. */
typedef struct file_layout {
    evx_image_info info;   /* conversions is 0. A palette PNG has 1 channel, of indices */
    size_t data, data_end; /* PNG: the IDAT chunks. JPEG: 0, the end of the last scan */
    size_t palette;        /* PNG: where its colors are, 3 bytes each; 0 = there is none */
    int colors;            /* PNG: how many the palette has */
    bool transparent;      /* PNG: a tRNS chunk makes some colors transparent */
    bool interlaced;       /* PNG: Adam7 */
    bool rgb;              /* JPEG of 3 components: they are R, G, B, not Y, Cb, Cr */
} file_layout;

/* For a file that starts with the signature of PNG (8 bytes) or JPEG (2 bytes). On EVX_OK it is whole, of
 * a kind that is decoded, and within EVX_MAX_SIDE, EVX_MAX_PIXELS and check_memory. Errors: EVX_E_IMAGE_*. */
evx_status check_png(const uint8_t *file, size_t bytes, file_layout *out, error_message *err);
evx_status check_jpeg(const uint8_t *file, size_t bytes, file_layout *out, error_message *err);

/* EVX_OK if an image may be of this size, else EVX_E_IMAGE_EMPTY or EVX_E_IMAGE_SIZE. */
evx_status check_size(uint32_t width, uint32_t height, error_message *err);

/* EVX_OK if `decoding` bytes, which decoding an image of `channels` (1 or 3) holds, are not too much for a file of
 * `file` bytes, else EVX_E_IMAGE_HEAP. */
evx_status check_memory(size_t decoding, int channels, size_t file, const evx_image_info *info, error_message *err);

/* EVX_E_IMAGE_HEAP, and that it would take more than `most` bytes. */
evx_status fail_heap(size_t most, const evx_image_info *info, error_message *err);

/* The orientation 1..8 in a TIFF block of EXIF data; 0 if there is none or the block is damaged. */
int exif_orientation(const uint8_t *tiff, size_t bytes);

#endif
