/* sniff.h - which format a file has, by its first bytes.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_SNIFF_H
#define EVAX_SNIFF_H

#include "error_message.h"

/* Writes EVX_PNG or EVX_JPEG for a file[bytes] that starts with the whole signature of it; nothing more
 * is checked. Errors: EVX_E_IMAGE_EMPTY, EVX_E_IMAGE_TRUNCATED (inside the signature),
 * EVX_E_IMAGE_FORMAT (the message names the format if it is known). */
evx_status sniff(const uint8_t *file, size_t bytes, evx_format *format, error_message *err);

#endif
