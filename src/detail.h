/* detail.h - the one line that says what exactly went wrong. No stdio.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_DETAIL_H
#define EVAX_DETAIL_H

#include "evax.h"

typedef struct detail { char text[160]; } detail;

/* Writes the line and returns status, so that a failure is one statement: return fail(d, ..., ...).
 * format knows %s (const char *), %d (int) and %z (size_t); a line that is too long is cut. */
evx_status fail(detail *d, evx_status status, const char *format, ...);

#endif
