/* check_jpeg.c - a JPEG file, marker by marker: frame, tables, scans, restarts.
 * SPDX-License-Identifier: MIT */
#include "image/check.h"

#include "image/jpeg_segments.h"

/* What decoding may cost, in coefficients that the scans visit, all together: about 5 s in WebAssembly. A
 * picture of EVX_MAX_PIXELS in three components, progressive in ten scans, takes half of it. A block of
 * 8 x 8 coefficients costs as much as a few by itself, and in a sequential scan its transform. */
#define MAX_COST (INT64_C(1000) * 1000 * 1000)
enum { BLOCK_COST = 3, TRANSFORM_COST = 36 };

/* No bit of the coefficient has come. */
enum { NOTHING = 255 };

typedef struct component {
    int id, h, v;        /* sampling factors 1..4 */
    int table;           /* quantization */
    uint8_t low_bit[64]; /* progressive: the lowest bit that has come of each coefficient, or NOTHING */
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
    int64_t cost;                    /* of the scans so far */
    bool jfif, adobe;                /* these markers have come */
    int adobe_transform;
} walk;

typedef jpeg_segment segment;

static evx_status truncated(walk *w)
{
    return fail(w->err, EVX_E_IMAGE_TRUNCATED, "the JPEG ends after %zu bytes, before its end marker", w->bytes);
}

static evx_status corrupt(walk *w, const char *what)
{
    return fail(w->err, EVX_E_IMAGE_CORRUPT, "the JPEG is damaged: %s", what);
}

static evx_status next_segment(walk *w, segment *s)
{
    switch (jpeg_next_segment(w->file, w->bytes, &w->at, s)) {
    case JPEG_SEGMENT: return EVX_OK;
    case JPEG_NO_SEGMENT: return corrupt(w, "a marker without meaning between its segments");
    case JPEG_BAD_LENGTH: return corrupt(w, "a segment of negative length");
    default: return truncated(w);
    }
}

static evx_status refuse_coding(walk *w, int marker)
{
    const char *kind = marker == JPEG_SOF_LS                        ? "JPEG-LS"
                       : marker == JPEG_SOF3                        ? "a lossless JPEG"
                       : marker >= JPEG_SOF5 && marker <= JPEG_SOF7 ? "a hierarchical JPEG"
                                                                    : "an arithmetic-coded JPEG";
    return fail(w->err, EVX_E_IMAGE_UNSUPPORTED, "%s is not read: save it as PNG", kind);
}

static evx_status refuse_kind(walk *w, int precision, int components)
{
    if (precision != 8) {
        return fail(w->err, EVX_E_IMAGE_UNSUPPORTED,
                    "a JPEG of %d bits is not read: "
                    "save it as 16-bit PNG",
                    precision);
    }
    return fail(w->err, EVX_E_IMAGE_UNSUPPORTED,
                "a JPEG of %d components%s is not read: "
                "save it as gray or RGB",
                components, components == 4 ? " (CMYK)" : "");
}

static size_t blocks_in(int pixels, int factor, int factor_max)
{
    return (size_t)((pixels + 8 * factor_max - 1) / (8 * factor_max)) * (size_t)factor;
}

/* Refuses before anything is allocated: planes of samples, with coefficients of 2 bytes, then with pixels. */
static evx_status check_planes(walk *w)
{
    const evx_image_info *i = &w->out->info;
    const size_t pixels = (size_t)i->width * (size_t)i->height;
    size_t samples = 0;
    for (int k = 0; k < w->components; k++) {
        samples += 64 * blocks_in(i->width, w->component[k].h, w->h_max) *
                   blocks_in(i->height, w->component[k].v, w->v_max);
    }
    const size_t with_coefficients = samples * (w->progressive ? 3 : 1);
    const size_t with_pixels = samples + (w->components == 3 ? 3 * pixels : 0);
    const size_t most = with_coefficients > with_pixels ? with_coefficients : with_pixels;
    return check_memory(most, w->components, w->bytes, i, w->err);
}

static evx_status read_components(walk *w, const uint8_t *p)
{
    w->h_max = w->v_max = 1;
    for (int i = 0; i < w->components; i++, p += 3) {
        component c = { .id = p[0], .h = p[1] >> 4, .v = p[1] & 15, .table = p[2] };
        memset(c.low_bit, NOTHING, sizeof c.low_bit);
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
    for (int i = 0; i < w->components; i++) {
        if (w->h_max % w->component[i].h || w->v_max % w->component[i].v) {
            return corrupt(w, "sampling factors of which one is no multiple of another");
        }
    }
    return check_planes(w);
}

static evx_status read_frame(walk *w, const segment *s)
{
    if (w->components) return corrupt(w, "two frame headers");
    if (s->marker > JPEG_SOF2) return refuse_coding(w, s->marker);
    if (s->bytes < 6) return corrupt(w, "its frame header is too short");
    const uint8_t *p = s->data;
    const int precision = p[0], components = p[5];
    const uint32_t height = be16(p + 1), width = be16(p + 3);
    if (precision != 8 || (components != 1 && components != 3)) return refuse_kind(w, precision, components);
    if (s->bytes != 6 + 3 * (size_t)components) return corrupt(w, "a frame header of wrong length");
    const evx_status size = check_size(width, height, w->err);
    if (size) return size;
    w->progressive = s->marker == JPEG_SOF2;
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

/* Adds a scan that visits so many blocks, and in each the coefficients from..to. */
static evx_status add_cost(walk *w, int64_t visited, int from, int to)
{
    const int each = to - from + 1 + BLOCK_COST + (w->progressive ? 0 : TRANSFORM_COST);
    w->cost += visited * (each > BLOCK_COST ? each : BLOCK_COST);
    if (w->cost <= MAX_COST) return EVX_OK;
    return fail(w->err, EVX_E_IMAGE_UNSUPPORTED,
                "a JPEG with so many scans of so many pixels takes too long to "
                "decode: save it as PNG");
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

/* Whether a scan of the coefficients from..to, of the bits down to `low`, goes on where those before it
 * ended: at `high`, or with high 0 from the start. Notes that they have come. */
static bool continues(component *c, int from, int to, int high, int low)
{
    if (from && c->low_bit[0] == NOTHING) return false;
    for (int k = from; k <= to && k < 64; k++) {
        if (high != (c->low_bit[k] == NOTHING ? 0 : c->low_bit[k])) return false;
        c->low_bit[k] = (uint8_t)low;
    }
    return true;
}

static evx_status read_scan_header(walk *w, const segment *s, int *mcus)
{
    if (!w->components) return corrupt(w, "a scan before the frame header");
    const int count = s->bytes ? s->data[0] : 0;
    if (count < 1 || count > w->components || s->bytes != 4 + 2 * (size_t)count) {
        return corrupt(w, "an invalid scan header");
    }
    const uint8_t *spectrum = s->data + 1 + 2 * count; /* first, last, bits */
    int in_mcu = 0;
    unsigned seen = 0;
    for (int i = 0; i < count; i++) {
        const int which = component_of(w, s->data[1 + 2 * i]), tables = s->data[2 + 2 * i];
        if (which < 0 || seen >> which & 1) return corrupt(w, "a scan of unknown components");
        if (!has_tables(w, which, tables, spectrum[0], spectrum[2] >> 4)) {
            return corrupt(w, "it lacks Huffman or quantization tables");
        }
        component *c = &w->component[which];
        seen |= 1u << which;
        in_mcu += count == 1 ? 1 : c->h * c->v;
        if (w->progressive && !continues(c, spectrum[0], spectrum[1], spectrum[2] >> 4, spectrum[2] & 15)) {
            return corrupt(w, "a progressive scan that does not go on where those before it ended");
        }
        *mcus = scan_mcus(w, count == 1 ? c : NULL);
    }
    if (spectrum[0] == 0) w->scanned |= seen;
    return add_cost(w, (int64_t)*mcus * in_mcu, spectrum[0], spectrum[1]);
}

/* Skips a scan's coded data. No restart marker may be missing: the decoder would stop at the gap and leave
 * the rest gray. */
static evx_status skip_coded_data(walk *w, int mcus)
{
    int restarts;
    const jpeg_step step = jpeg_skip_coded(w->file, w->bytes, &w->at, &restarts);
    if (step == JPEG_ENDS) return truncated(w);
    if (step != JPEG_SEGMENT || (w->interval && restarts < (mcus - 1) / w->interval)) {
        return corrupt(w, "a restart marker is missing");
    }
    w->out->data_end = w->at;
    return EVX_OK;
}

/* libjpeg's rule, of what has come before the first scan: a JFIF marker says Y, Cb, Cr; else an Adobe marker
 * says what it is; else the components' names do, and names that nobody knows say Y, Cb, Cr. */
static bool is_rgb(const walk *w)
{
    const component *c = w->component;
    if (w->components != 3 || w->jfif) return false;
    if (w->adobe) return w->adobe_transform == 0;
    return c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B';
}

/* Segments of applications: of which length libjpeg takes them for what they say they are. */
static void read_application(walk *w, const segment *s)
{
    enum { JFIF = 14, ADOBE = 12 };
    if (s->marker == JPEG_APP0 && s->bytes >= JFIF && !memcmp(s->data, "JFIF", 5)) w->jfif = true;
    if (s->marker == JPEG_APP14 && s->bytes >= ADOBE && !memcmp(s->data, "Adobe", 5)) {
        w->adobe = true;
        w->adobe_transform = s->data[11];
    }
    if (s->marker == JPEG_APP1 && s->bytes > 6 && !memcmp(s->data, "Exif\0", 6)) {
        w->out->info.exif_orientation = exif_orientation(s->data + 6, s->bytes - 6);
    }
}

static evx_status read_scan(walk *w, const segment *s)
{
    int mcus = 0;
    if (!w->out->data_end) w->out->rgb = is_rgb(w);
    const evx_status status = read_scan_header(w, s, &mcus);
    return status ? status : skip_coded_data(w, mcus);
}

static evx_status read_segment(walk *w, const segment *s)
{
    switch (s->marker) {
    case JPEG_DHT: return read_huffman(w, s);
    case JPEG_DQT: return read_quantizers(w, s);
    case JPEG_SOS: return read_scan(w, s);
    case JPEG_DAC: return refuse_coding(w, s->marker);
    case JPEG_DRI:
        if (s->bytes != 2) return corrupt(w, "an invalid restart interval");
        w->interval = be16(s->data);
        return EVX_OK;
    case JPEG_APP0:
    case JPEG_APP1:
    case JPEG_APP14: read_application(w, s); return EVX_OK;
    default:
        if (s->marker == JPEG_JPG || (s->marker > JPEG_SOF15 && s->marker != JPEG_SOF_LS)) return EVX_OK;
        return read_frame(w, s);
    }
}

/* Whether every bit of every coefficient has come. */
static bool is_complete(const walk *w)
{
    static const uint8_t all[64];
    for (int i = 0; w->progressive && i < w->components; i++) {
        if (memcmp(w->component[i].low_bit, all, sizeof all)) return false;
    }
    return true;
}

evx_status check_jpeg(const uint8_t *file, size_t bytes, file_layout *out, error_message *err)
{
    walk w = { .file = file, .bytes = bytes, .at = 2, .out = out, .err = err };
    out->info.format = EVX_JPEG;
    segment s = { 0 };
    evx_status status;
    while (!(status = next_segment(&w, &s)) && s.marker != JPEG_EOI) {
        if ((status = read_segment(&w, &s)) != EVX_OK) break;
    }
    if (status) return status;
    if (!w.components || w.scanned != (1u << w.components) - 1) {
        return corrupt(&w, "it ends before every color component has come");
    }
    if (!is_complete(&w)) {
        return fail(err, EVX_E_IMAGE_TRUNCATED, "the progressive JPEG ends before its last scans have come");
    }
    return EVX_OK;
}
