/* jpeg.c - fuzzes JPEG files through decoder and preprocessing; film.h says what must hold.
 * SPDX-License-Identifier: MIT */
#include "film.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    film_run(data, size, EVX_JPEG);
    return 0;
}
