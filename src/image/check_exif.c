/* check_exif.c - the orientation that a camera noted in EXIF data; it is reported, never applied.
 * SPDX-License-Identifier: MIT */
#include "image/check.h"

#include "bytes.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, ENTRY_BYTES = 12 };

/* A TIFF block in one of its two byte orders. */
typedef struct tiff {
    const uint8_t *at;
    bool big;
} tiff;

static uint32_t short_at(tiff t, size_t offset) { return t.big ? be16(t.at + offset) : le16(t.at + offset); }

static uint32_t long_at(tiff t, size_t offset) { return t.big ? be32(t.at + offset) : le32(t.at + offset); }

int exif_orientation(const uint8_t *block, size_t bytes)
{
    if (bytes < 8) return 0;
    const tiff t = { block, block[0] == 'M' };
    if (memcmp(block, t.big ? "MM\0*" : "II*", 4)) return 0;
    const size_t directory = long_at(t, 4);
    if (directory > bytes - 2) return 0;
    const size_t count = short_at(t, directory);
    if (count > (bytes - directory - 2) / ENTRY_BYTES) return 0;
    for (size_t i = 0; i < count; i++) {
        const size_t entry = directory + 2 + i * ENTRY_BYTES;
        if (short_at(t, entry) != TAG_ORIENTATION || short_at(t, entry + 2) != TYPE_SHORT) continue;
        const uint32_t value = short_at(t, entry + 8);
        return value >= 1 && value <= 8 ? (int)value : 0;
    }
    return 0;
}
