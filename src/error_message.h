/* error_message.h - the one line that says what exactly went wrong. No stdio.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ERROR_MESSAGE_H
#define EVAX_ERROR_MESSAGE_H

#include "evax.h"

typedef struct error_message {
    char text[160];
} error_message;

/* Writes a text into out[size], cut if it is too long. Of printf's conversions only %s, %d and %zu. */
void format_text(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes the line and returns status, so that a failure is one statement: return fail(err, ..., ...).
 * format as in format_text. */
evx_status fail(error_message *err, evx_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
