/* jpeg_segments.h - a JPEG file, segment by segment, as libjpeg reads it: bytes between segments are skipped.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_JPEG_SEGMENTS_H
#define EVAX_JPEG_SEGMENTS_H

#include "bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    JPEG_SOF0 = 0xc0,
    JPEG_SOF1 = 0xc1,
    JPEG_SOF2 = 0xc2,
    JPEG_SOF3 = 0xc3,
    JPEG_DHT = 0xc4,
    JPEG_SOF5 = 0xc5,
    JPEG_SOF7 = 0xc7,
    JPEG_JPG = 0xc8,
    JPEG_DAC = 0xcc,
    JPEG_SOF15 = 0xcf,
    JPEG_RST0 = 0xd0,
    JPEG_RST7 = 0xd7,
    JPEG_EOI = 0xd9,
    JPEG_SOS = 0xda,
    JPEG_DQT = 0xdb,
    JPEG_DRI = 0xdd,
    JPEG_APP0 = 0xe0,
    JPEG_APP1 = 0xe1,
    JPEG_APP14 = 0xee,
    JPEG_SOF_LS = 0xf7
};

/* A marker and its parameters, the bytes behind its length; at EOI there are none. */
typedef struct jpeg_segment {
    int marker;
    const uint8_t *data;
    size_t bytes;
} jpeg_segment;

/* SEGMENT: here it is. ENDS: the file does, before or in it. NO_SEGMENT: a marker that stands for itself is
 * where a segment should begin, or restarts are not in order. BAD_LENGTH: less than the length itself. */
typedef enum jpeg_step { JPEG_SEGMENT, JPEG_ENDS, JPEG_NO_SEGMENT, JPEG_BAD_LENGTH } jpeg_step;

/* The next segment of file[bytes] from *at on, which moves behind it. */
jpeg_step jpeg_next_segment(const uint8_t *file, size_t bytes, size_t *at, jpeg_segment *s);

/* Moves *at from the coded data of a scan to the marker behind them, and counts their restart markers. */
jpeg_step jpeg_skip_coded(const uint8_t *file, size_t bytes, size_t *at, int *restarts);

#endif
