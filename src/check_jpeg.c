/* check_jpeg.c - a JPEG file, marker by marker: frame, tables, scans, restarts.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include "bytes.h"

enum {
    SOF0 = 0xc0,
    SOF2 = 0xc2,
    SOF3 = 0xc3,
    DHT = 0xc4,
    SOF5 = 0xc5,
    SOF7 = 0xc7,
    JPG = 0xc8,
    DAC = 0xcc,
    SOF15 = 0xcf,
    RST0 = 0xd0,
    RST7 = 0xd7,
    EOI = 0xd9,
    SOS = 0xda,
    DQT = 0xdb,
    DRI = 0xdd,
    APP1 = 0xe1,
    SOF_LS = 0xf7
};

typedef struct component {
    int id, h, v; /* sampling factors 1..4 */
    int table;    /* quantization */
} component;

typedef struct walk {
    const uint8_t *file;
    size_t bytes, at;
    file_layout *out;
    error_message *err;
    bool progressive;
    int components, h_max, v_max;
    component component[3];
    unsigned quantizers, huffman[2]; /* sets of the tables defined so far; huffman: DC, AC */
    unsigned scanned;                /* set of the components whose DC coefficients have come */
    int interval;                    /* MCUs from restart to restart; 0 = no restarts */
} walk;

/* A marker's parameters: the bytes behind its length. */
typedef struct segment {
    int marker;
    const uint8_t *data;
    size_t bytes;
} segment;

static evx_status truncated(walk *w)
{
    return fail(w->err, EVX_E_IMAGE_TRUNCATED, "the JPEG ends after %zu bytes, before its end marker", w->bytes);
}

static evx_status corrupt(walk *w, const char *what)
{
    return fail(w->err, EVX_E_IMAGE_CORRUPT, "the JPEG is damaged: %s", what);
}

/* Reads the next marker and its segment. Bytes between segments are skipped, as libjpeg does. */
static evx_status next_segment(walk *w, segment *s)
{
    const uint8_t *f = w->file;
    do {
        while (w->at < w->bytes && f[w->at] != 0xff) w->at++;
        while (w->at < w->bytes && f[w->at] == 0xff) w->at++;
        if (w->at >= w->bytes) return truncated(w);
        s->marker = f[w->at++];
    } while (!s->marker);
    if (s->marker == EOI) return EVX_OK;
    if (s->marker < SOF0 || (s->marker >= RST0 && s->marker < EOI)) {
        return corrupt(w, "a marker without meaning between its segments");
    }
    if (w->bytes - w->at < 2) return truncated(w);
    const size_t length = be16(f + w->at);
    if (length < 2) return corrupt(w, "a segment of negative length");
    if (length > w->bytes - w->at) return truncated(w);
    s->data = f + w->at + 2;
    s->bytes = length - 2;
    w->at += length;
    return EVX_OK;
}

static evx_status refuse_coding(walk *w, int marker)
{
    const char *kind = marker == SOF_LS                   ? "JPEG-LS"
                       : marker == SOF3                   ? "a lossless JPEG"
                       : marker >= SOF5 && marker <= SOF7 ? "a hierarchical JPEG"
                                                          : "an arithmetic-coded JPEG";
    return fail(w->err, EVX_E_IMAGE_UNSUPPORTED, "%s is not read: save it as PNG", kind);
}

static evx_status refuse_kind(walk *w, int precision, int components)
{
    if (precision != 8) {
        return fail(w->err, EVX_E_IMAGE_UNSUPPORTED, "a JPEG of %d bits is not read: save it as 16-bit PNG",
                    precision);
    }
    return fail(w->err, EVX_E_IMAGE_UNSUPPORTED, "a JPEG of %d components%s is not read: save it as gray or RGB",
                components, components == 4 ? " (CMYK)" : "");
}

static evx_status read_components(walk *w, const uint8_t *p)
{
    w->h_max = w->v_max = 1;
    for (int i = 0; i < w->components; i++, p += 3) {
        const component c = { .id = p[0], .h = p[1] >> 4, .v = p[1] & 15, .table = p[2] };
        if (c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.table > 3) {
            return corrupt(w, "sampling factors or table numbers out of range");
        }
        for (int k = 0; k < i; k++) {
            if (w->component[k].id == c.id) return corrupt(w, "two components of one name");
        }
        w->component[i] = c;
        if (c.h > w->h_max) w->h_max = c.h;
        if (c.v > w->v_max) w->v_max = c.v;
    }
    return EVX_OK;
}

static evx_status read_frame(walk *w, const segment *s)
{
    if (w->components) return corrupt(w, "two frame headers");
    if (s->marker > SOF2) return refuse_coding(w, s->marker);
    if (s->bytes < 6) return corrupt(w, "its frame header is too short");
    const uint8_t *p = s->data;
    const int precision = p[0], components = p[5];
    const uint32_t height = be16(p + 1), width = be16(p + 3);
    if (precision != 8 || (components != 1 && components != 3)) return refuse_kind(w, precision, components);
    if (s->bytes != 6 + 3 * (size_t)components) return corrupt(w, "a frame header of wrong length");
    const evx_status size = check_size(width, height, w->err);
    if (size) return size;
    w->progressive = s->marker == SOF2;
    w->components = components;
    evx_image_info *i = &w->out->info;
    i->width = (int)width;
    i->height = (int)height;
    i->bit_depth = precision;
    i->channels = components;
    return read_components(w, p + 6);
}

/* A table that fills more than 256 symbols would overrun the decoder's. */
static evx_status read_huffman(walk *w, const segment *s)
{
    const uint8_t *p = s->data;
    size_t left = s->bytes;
    while (left) {
        size_t symbols = 0;
        if (left < 17 || p[0] >> 4 > 1 || (p[0] & 15) > 3) return corrupt(w, "a bad Huffman table");
        for (int i = 1; i <= 16; i++) symbols += p[i];
        if (symbols > 256 || symbols > left - 17) return corrupt(w, "a bad Huffman table");
        w->huffman[p[0] >> 4] |= 1u << (p[0] & 15);
        p += 17 + symbols;
        left -= 17 + symbols;
    }
    return EVX_OK;
}

static evx_status read_quantizers(walk *w, const segment *s)
{
    const uint8_t *p = s->data;
    size_t left = s->bytes;
    while (left) {
        const size_t bytes = p[0] >> 4 ? 129 : 65;
        if (left < bytes || p[0] >> 4 > 1 || (p[0] & 15) > 3) return corrupt(w, "a bad quantization table");
        w->quantizers |= 1u << (p[0] & 15);
        p += bytes;
        left -= bytes;
    }
    return EVX_OK;
}

static int blocks(int pixels, int factor, int factor_max)
{
    const int samples = (pixels * factor + factor_max - 1) / factor_max;
    return (samples + 7) / 8;
}

/* MCUs in a scan of one component (then an MCU is a block), or of several. */
static int scan_mcus(const walk *w, const component *only)
{
    const evx_image_info *i = &w->out->info;
    if (only) return blocks(i->width, only->h, w->h_max) * blocks(i->height, only->v, w->v_max);
    return blocks(i->width, 1, w->h_max) * blocks(i->height, 1, w->v_max);
}

/* The tables that component `which` needs in this scan have come. tables = DC << 4 | AC. */
static bool has_tables(const walk *w, int which, int tables, int spectrum, int refines)
{
    const bool dc = !refines && spectrum == 0, ac = !w->progressive || spectrum > 0;
    return (w->quantizers >> w->component[which].table & 1) &&
           (!dc || (tables >> 4 <= 3 && w->huffman[0] >> (tables >> 4) & 1)) &&
           (!ac || ((tables & 15) <= 3 && w->huffman[1] >> (tables & 15) & 1));
}

static int component_of(const walk *w, int id)
{
    for (int i = 0; i < w->components; i++) {
        if (w->component[i].id == id) return i;
    }
    return -1;
}

static evx_status read_scan_header(walk *w, const segment *s, int *mcus)
{
    if (!w->components) return corrupt(w, "a scan before the frame header");
    const int count = s->bytes ? s->data[0] : 0;
    if (count < 1 || count > w->components || s->bytes != 4 + 2 * (size_t)count) {
        return corrupt(w, "an invalid scan header");
    }
    const int spectrum = s->data[1 + 2 * count], refines = s->data[3 + 2 * count] >> 4;
    unsigned seen = 0;
    for (int i = 0; i < count; i++) {
        const int which = component_of(w, s->data[1 + 2 * i]), tables = s->data[2 + 2 * i];
        if (which < 0 || seen >> which & 1) return corrupt(w, "a scan of unknown components");
        if (!has_tables(w, which, tables, spectrum, refines)) {
            return corrupt(w, "it lacks Huffman or quantization tables");
        }
        seen |= 1u << which;
        *mcus = scan_mcus(w, count == 1 ? &w->component[which] : NULL);
    }
    if (spectrum == 0) w->scanned |= seen;
    return EVX_OK;
}

/* Skips a scan's coded data, up to the marker that ends them. No restart marker may be missing: the
 * decoder would stop at the gap and leave the rest gray. */
static evx_status skip_coded_data(walk *w, int mcus)
{
    const uint8_t *f = w->file;
    int restarts = 0;
    for (;; w->at++) {
        while (w->at < w->bytes && f[w->at] != 0xff) w->at++;
        if (w->bytes - w->at < 2) return truncated(w);
        const int next = f[w->at + 1];
        if (next >= RST0 && next <= RST7) {
            if (next - RST0 != (restarts++ & 7)) return corrupt(w, "a restart marker is missing");
        } else if (next != 0 && next != 0xff) {
            break;
        }
    }
    if (w->interval && restarts < (mcus - 1) / w->interval) return corrupt(w, "a restart marker is missing");
    w->out->data_end = w->at;
    return EVX_OK;
}

static evx_status read_scan(walk *w, const segment *s)
{
    int mcus = 0;
    const evx_status status = read_scan_header(w, s, &mcus);
    return status ? status : skip_coded_data(w, mcus);
}

static evx_status read_segment(walk *w, const segment *s)
{
    switch (s->marker) {
    case DHT: return read_huffman(w, s);
    case DQT: return read_quantizers(w, s);
    case SOS: return read_scan(w, s);
    case DAC: return refuse_coding(w, s->marker);
    case DRI:
        if (s->bytes != 2) return corrupt(w, "an invalid restart interval");
        w->interval = be16(s->data);
        return EVX_OK;
    case APP1:
        if (s->bytes > 6 && !memcmp(s->data, "Exif\0", 6)) {
            w->out->info.exif_orientation = exif_orientation(s->data + 6, s->bytes - 6);
        }
        return EVX_OK;
    default:
        if (s->marker == JPG || (s->marker > SOF15 && s->marker != SOF_LS)) return EVX_OK;
        return read_frame(w, s);
    }
}

evx_status check_jpeg(const uint8_t *file, size_t bytes, file_layout *out, error_message *err)
{
    walk w = { .file = file, .bytes = bytes, .at = 2, .out = out, .err = err };
    out->info.format = EVX_JPEG;
    segment s = { 0 };
    evx_status status;
    while (!(status = next_segment(&w, &s)) && s.marker != EOI) {
        if ((status = read_segment(&w, &s)) != EVX_OK) break;
    }
    if (status) return status;
    if (!w.components || w.scanned != (1u << w.components) - 1) {
        return corrupt(&w, "it ends before every color component has come");
    }
    return EVX_OK;
}
