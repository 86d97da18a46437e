/* error_message.h - the one line that says what exactly went wrong. No stdio.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ERROR_MESSAGE_H
#define EVAX_ERROR_MESSAGE_H

#include "evax.h"

typedef struct detail { char text[160]; } detail;

/* Writes a text into out[size]; too long a text is cut. format knows %s (const char *), %d (int) and
 * %z (size_t). */
void format_text(char *out, size_t size, const char *format, ...);

/* Writes the line and returns status, so that a failure is one statement: return fail(d, ..., ...).
 * format as in format_text. */
evx_status fail(detail *d, evx_status status, const char *format, ...);

#endif
