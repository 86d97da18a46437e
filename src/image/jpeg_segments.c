/* jpeg_segments.c - finds the next marker of a JPEG, and the end of what is entropy-coded.
 * SPDX-License-Identifier: MIT */
#include "image/jpeg_segments.h"

/* The next marker, whatever is before it; *at moves behind it. 0 if the file ends. FF 00 is no marker. */
static int next_marker(const uint8_t *file, size_t bytes, size_t *at)
{
    int marker = 0;
    while (!marker) {
        while (*at < bytes && file[*at] != 0xff) ++*at;
        while (*at < bytes && file[*at] == 0xff) ++*at;
        if (*at >= bytes) return 0;
        marker = file[(*at)++];
    }
    return marker;
}

jpeg_step jpeg_next_segment(const uint8_t *file, size_t bytes, size_t *at, jpeg_segment *s)
{
    *s = (jpeg_segment){ .marker = next_marker(file, bytes, at) };
    if (!s->marker) return JPEG_ENDS;
    if (s->marker == JPEG_EOI) return JPEG_SEGMENT;
    if (s->marker < JPEG_SOF0 || (s->marker >= JPEG_RST0 && s->marker < JPEG_EOI)) return JPEG_NO_SEGMENT;
    if (bytes - *at < 2) return JPEG_ENDS;
    const size_t length = be16(file + *at);
    if (length < 2) return JPEG_BAD_LENGTH;
    if (length > bytes - *at) return JPEG_ENDS;
    s->data = file + *at + 2;
    s->bytes = length - 2;
    *at += length;
    return JPEG_SEGMENT;
}

jpeg_step jpeg_skip_coded(const uint8_t *file, size_t bytes, size_t *at, int *restarts)
{
    bool in_order = true;
    for (*restarts = 0;; ++*at) {
        while (*at < bytes && file[*at] != 0xff) ++*at;
        if (bytes - *at < 2) return JPEG_ENDS;
        const int next = file[*at + 1];
        if (next >= JPEG_RST0 && next <= JPEG_RST7) in_order &= next - JPEG_RST0 == ((*restarts)++ & 7);
        else if (next != 0 && next != 0xff) return in_order ? JPEG_SEGMENT : JPEG_NO_SEGMENT;
    }
}
