/* error_message.c - a small printf, so that no module carries stdio.
 * SPDX-License-Identifier: MIT */
#include "error_message.h"

#include <stdarg.h>

typedef struct cursor {
    char *at, *end;
} cursor;

static void put_char(cursor *c, char ch)
{
    if (c->at < c->end) *c->at++ = ch;
}

static void put_text(cursor *c, const char *text)
{
    while (*text) put_char(c, *text++);
}

static void put_number(cursor *c, size_t value)
{
    char digits[24];
    int n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
    } while (value /= 10);
    while (n) put_char(c, digits[--n]);
}

static void put_int(cursor *c, int value)
{
    if (value < 0) put_char(c, '-');
    put_number(c, value < 0 ? 0 - (size_t)value : (size_t)value);
}

/* A conversion that is not known is left out, and so is a % at the end. */
static void put_format(char *out, size_t size, const char *format, va_list args)
{
    cursor c = { out, out + size - 1 };
    for (; *format; format++) {
        if (*format != '%') {
            put_char(&c, *format);
        } else if (format[1] == 's') {
            put_text(&c, va_arg(args, const char *));
            format++;
        } else if (format[1] == 'd') {
            put_int(&c, va_arg(args, int));
            format++;
        } else if (format[1] == 'z' && format[2] == 'u') {
            put_number(&c, va_arg(args, size_t));
            format += 2;
        }
    }
    *c.at = '\0';
}

void format_text(char *out, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_format(out, size, format, args);
    va_end(args);
}

evx_status fail(error_message *err, evx_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_format(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}
