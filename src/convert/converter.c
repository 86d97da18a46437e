/* converter.c - a conversion's life, part by part.
 *
 *     NEXT ── evx_converter_next_part ── GIVING ── first step ── RUNNING ── last step ── NEXT ... FINISHED
 *        └── any failure ── BROKEN
 *
 * SPDX-License-Identifier: MIT */
#include "convert/converter.h"

#include "allocator.h"
#include "convert/calibration.h"
#include "forward.h"
#include "half.h"
#include "input.h"
#include "kernels/variants.h"
#include "weights.h"

#include <math.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "vectors are stored as they lie in memory");

enum { EMBED_TENSORS = 6, MATRICES = READERS + 2 };

typedef enum converter_state { PLANNING, NEXT, GIVING, RUNNING, FINISHED, BROKEN } converter_state;

/* What is known of a tensor of the current part. */
typedef struct given {
    uint64_t count; /* numbers given so far */
    bool overflows; /* one of them is too large for the target */
    double signal, noise;
    float largest, worst;
} given;

struct evx_converter {
    evx_memory memory;
    converter_state state;
    thread_pool pool;
    model model;
    block *blocks;   /* [L], all in the same memory */
    tensor *tensors; /* [count] */
    given *given;    /* [count] */
    uint8_t *header; /* of the stream */
    void *storage;
    int count;
    uint64_t stream_bytes;
    evx_target target;
    normalization normalization;

    uint8_t *encoded[MATRICES]; /* f16: patch_embed, the block's matrices, head */
    float *x;                   /* [pictures][T][C], what the next block reads; the self-test is the last picture */
    float *values, *read_back;  /* [PIECE] numbers, and what a reader of the stream gets of them */
    uint8_t *films;
    int pictures; /* the self-test included */
    calibration calibration;

    int part, picture;
    error_message error;
};

enum { PIECE = 8192 }; /* numbers that are read at a time; no row of a block's matrix is longer */

evx_status evx_converter_create(evx_converter **out, const evx_memory *memory)
{
    *out = NULL;
    if (!memory) memory = default_memory();
    evx_converter *c = allocate(memory, sizeof *c);
    if (!c) return EVX_E_MEMORY;
    *c = (evx_converter){ .memory = *memory, .state = PLANNING };
    thread_pool_init(&c->pool);
    c->model.pool = &c->pool;
    c->model.kernels = kernels_get(EVX_SIMD128);
    *out = c;
    return EVX_OK;
}

static void *take(evx_converter *c, uint64_t bytes)
{
    void *address = allocate(&c->memory, bytes);
    if (address) memset(address, 0, (size_t)bytes);
    return address;
}

void evx_converter_destroy(evx_converter *c)
{
    if (!c) return;
    release(&c->memory, c->blocks);
    release(&c->memory, c->tensors);
    release(&c->memory, c->given);
    release(&c->memory, c->header);
    release(&c->memory, c->storage);
    const evx_memory memory = c->memory; /* its own block holds it */
    release(&memory, c);
}

evx_status evx_converter_set_threads(evx_converter *c, int threads)
{
    if (c->state != PLANNING) return fail(&c->error, EVX_E_STATE, "threads are set before the plan");
    if (!thread_pool_set_threads(&c->pool, threads)) {
        return fail(&c->error, EVX_E_ARGUMENT, "%d threads cannot work in this build", threads);
    }
    c->pool.capacity = threads;
    return EVX_OK;
}

void evx_converter_worker_loop(evx_converter *c, int thread) { worker_loop(&c->pool, thread); }
void evx_converter_shutdown_workers(evx_converter *c) { thread_pool_shutdown(&c->pool); }

/* ---- the plan ---------------------------------------------------------------------------------- */

static void put_u32(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static void put_u64(uint8_t *at, uint64_t value)
{
    put_u32(at, value);
    put_u32(at + 4, value >> 32);
}

static void put_header(uint8_t *h, const evx_info *i, int count, uint64_t stream_bytes)
{
    const int fields[] = { 1,     count,   i->embed_dim, i->depth,       i->heads,      i->mlp_hidden,
                           PATCH, i->grid, i->classes,   i->cls_pooling, i->inner_norm, (int)i->scoring,
                           0 };
    memcpy(h, "EVAX", 4);
    for (int f = 0; f < (int)(sizeof fields / sizeof *fields); f++) put_u32(h + 4 + 4 * f, (uint32_t)fields[f]);
    put_u64(h + 56, stream_bytes);
}

static void put_entry(uint8_t *entry, const tensor *t)
{
    memcpy(entry, t->name, TENSOR_NAME);
    put_u32(entry + 40, (uint32_t)t->dtype);
    put_u32(entry + 44, (uint32_t)t->rows);
    put_u32(entry + 48, (uint32_t)t->cols);
    put_u32(entry + 52, t->matrix ? (uint32_t)t->matrix->act_bits : 0);
    put_u64(entry + 56, t->offset);
}

/* The matrices that may be q8 get the target; the two others at most f16, the classifier of a q8 model f32. */
static dtype dtype_of(const tensor *t, evx_target target)
{
    if (t->widest == F32 || target == EVX_F32) return F32;
    if (t->widest == Q8) return target == EVX_F16 ? F16 : Q8;
    return target == EVX_F16 || t->cols == PATCH_RGB ? F16 : F32;
}

static void place_tensors(evx_converter *c)
{
    uint64_t end = HEADER_BYTES + (uint64_t)c->count * ENTRY_BYTES;
    for (int i = 0; i < c->count; i++) {
        tensor *t = &c->tensors[i];
        t->dtype = dtype_of(t, c->target);
        t->offset = tensor_start(end);
        end = t->offset + (uint64_t)t->rows * record_bytes(t);
    }
    c->stream_bytes = end;
}

static int part_tensors(const evx_converter *c, int part, int *first)
{
    const int L = c->model.info.depth, tail = c->model.info.classes ? 4 : 2;
    const int each = (c->count - EMBED_TENSORS - tail) / L;
    *first = part == 0 ? 0 : EMBED_TENSORS + (part - 1) * each;
    return part == 0 ? EMBED_TENSORS : part <= L ? each : tail;
}

/* Memory of a tensor's numbers as the forward pass reads them. */
static void layout_tensor(tensor *t, arena *a)
{
    if (t->matrix) matrix_layout(t->matrix, a);
    else if (t->rows == 1) *t->vector = arena_floats(a, (uint64_t)panels_for(t->cols) * PANEL);
    else *t->vector = arena_floats(a, (uint64_t)t->rows * (uint64_t)t->cols);
}

static void layout_part(evx_converter *c, int part, arena *a)
{
    int first;
    const int count = part_tensors(c, part, &first);
    for (int i = first; i < first + count; i++) layout_tensor(&c->tensors[i], a);
}

/* Which place in `encoded` a matrix has. */
static int encoded_place(const evx_converter *c, const matrix *w)
{
    const block *b = c->blocks;
    const matrix *const own[MATRICES] = { &c->model.w.patch, &b->qkv, &b->proj,
                                          &b->w12,           &b->w3,  &c->model.w.classifier };
    int i = 0;
    while (own[i]->panels != w->panels) i++;
    return i;
}

static void layout_encoded(evx_converter *c, arena *a)
{
    const block *b = c->blocks;
    const matrix *const own[MATRICES] = { &c->model.w.patch, &b->qkv, &b->proj,
                                          &b->w12,           &b->w3,  &c->model.w.classifier };
    for (int i = 0; i < MATRICES; i++) {
        const bool is_block = i > 0 && i <= READERS, half = c->target == EVX_F16 || (c->target == EVX_Q8 && i == 0);
        if (is_block && c->target == EVX_Q8) continue; /* in readers[i - 1].records */
        c->encoded[i] = arena_take(a, (uint64_t)own[i]->out * (uint64_t)own[i]->in, half ? 2 : 4);
    }
}

static void layout(evx_converter *c, arena *a)
{
    model *m = &c->model;
    const evx_info *i = &m->info;
    m->w.patch_gray = (matrix){ .out = i->embed_dim, .in = PATCH_GRAY };
    layout_part(c, 0, a);
    layout_part(c, 1, a);
    for (int l = 1; l < i->depth; l++) c->blocks[l] = c->blocks[0];
    layout_part(c, i->depth + 1, a);
    matrix_layout(&m->w.patch_gray, a);
    m->w.patch_gray.bias = m->w.patch.bias;
    model_layout(m, a);
    c->x = arena_floats(a, (uint64_t)c->pictures * (uint64_t)i->tokens * (uint64_t)i->embed_dim);
    c->values = arena_floats(a, PIECE);
    c->read_back = arena_floats(a, PIECE);
    layout_encoded(c, a);
    if (c->target != EVX_Q8) return;
    c->films = arena_take(a, FILMS, FILM_SIDE * FILM_SIDE);
    calibration_layout(&c->calibration, m, PICTURES, a);
}

static evx_status take_memory(evx_converter *c)
{
    arena a = { 0 };
    layout(c, &a);
    c->storage = take(c, a.used + ARENA_ALIGN);
    if (!c->storage) return fail(&c->error, EVX_E_MEMORY, "no memory to convert: %zu bytes", (size_t)a.used);
    a = arena_over(c->storage);
    layout(c, &a);
    return EVX_OK;
}

static evx_status list_tensors(evx_converter *c)
{
    model *m = &c->model;
    c->blocks = take(c, (uint64_t)m->info.depth * sizeof *c->blocks);
    if (!c->blocks) return fail(&c->error, EVX_E_MEMORY, "no memory for %d blocks", m->info.depth);
    m->w.blocks = c->blocks;
    c->count = weights_list(NULL, &m->info, &m->w, c->blocks);
    c->tensors = take(c, (uint64_t)c->count * sizeof *c->tensors);
    c->given = take(c, (uint64_t)c->count * sizeof *c->given);
    c->header = take(c, HEADER_BYTES + (uint64_t)c->count * ENTRY_BYTES);
    if (!c->tensors || !c->given || !c->header) {
        return fail(&c->error, EVX_E_MEMORY, "no memory for %d tensors", c->count);
    }
    weights_list(c->tensors, &m->info, &m->w, c->blocks);
    place_tensors(c);
    return EVX_OK;
}

static evx_status plan(evx_converter *c, const evx_info *info)
{
    uint8_t header[HEADER_BYTES];
    put_header(header, info, 0, 0);
    evx_status status = weights_config(header, &c->model.info, &c->error);
    if (!status) status = list_tensors(c);
    return status ? status : take_memory(c);
}

evx_status evx_converter_plan(evx_converter *c, const evx_info *info, evx_target target, normalization n)
{
    if (c->state != PLANNING) return fail(&c->error, EVX_E_STATE, "there is a plan already");
    if (target != EVX_F32 && target != EVX_F16 && target != EVX_Q8) {
        return fail(&c->error, EVX_E_ARGUMENT, "there is no target %d", (int)target);
    }
    if (!(n.std > 0.0f) || !(n.std < 1e6f) || !(n.mean > -1e6f && n.mean < 1e6f)) {
        return fail(&c->error, EVX_E_ARGUMENT, "mean or std is out of range");
    }
    c->target = target;
    c->normalization = n;
    c->pictures = target == EVX_Q8 ? PICTURES + 1 : 1;
    const evx_status status = plan(c, info);
    c->state = status ? BROKEN : NEXT;
    c->part = -1;
    return status;
}

uint8_t *evx_converter_films(evx_converter *c) { return c->state != BROKEN ? c->films : NULL; }

static bool is_planned(const evx_converter *c) { return c->state != PLANNING && c->state != BROKEN; }

int evx_converter_tensors(const evx_converter *c) { return is_planned(c) ? c->count : 0; }
uint64_t evx_converter_stream_bytes(const evx_converter *c) { return is_planned(c) ? c->stream_bytes : 0; }

/* ---- tensors ----------------------------------------------------------------------------------- */

static bool is_computed(const evx_converter *c)
{
    return (c->state == NEXT && c->part >= 0) || c->state == FINISHED;
}

static bool in_part(const evx_converter *c, int i)
{
    int first;
    const int count = c->part < 0 ? 0 : part_tensors(c, c->part, &first);
    return count && i >= first && i < first + count;
}

static const uint8_t *data_of(const evx_converter *c, const tensor *t)
{
    if (t->vector) return (const uint8_t *)*t->vector;
    const int place = encoded_place(c, t->matrix);
    return t->dtype == Q8 ? c->calibration.readers[place - 1].records : c->encoded[place];
}

bool evx_converter_tensor(const evx_converter *c, int i, evx_stream_tensor *out)
{
    if (i < 0 || i >= evx_converter_tensors(c)) return false;
    const tensor *t = &c->tensors[i];
    const given *g = &c->given[i];
    *out = (evx_stream_tensor){
        .name = t->name,
        .rows = t->rows,
        .cols = t->cols,
        .target = (evx_target)t->dtype,
        .offset = t->offset,
        .act_bits = t->matrix ? t->matrix->act_bits : 0,
        .bytes = (size_t)t->rows * record_bytes(t),
        .data = is_computed(c) && in_part(c, i) ? data_of(c, t) : NULL,
        .signal = g->signal,
        .noise = g->noise,
        .largest = g->largest,
        .worst = g->worst,
    };
    return true;
}

int evx_converter_next_part(evx_converter *c, int *first, int *last)
{
    if (c->state != NEXT) return fail(&c->error, EVX_E_STATE, "the part before is not computed");
    c->part++;
    *last = part_tensors(c, c->part, first);
    *last += *first;
    c->state = GIVING;
    c->picture = 0;
    return c->part;
}

static void measure(given *g, const float *values, const float *read, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float size = fabsf(values[i]), error = fabsf(values[i] - read[i]);
        g->signal += (double)size * (double)size;
        g->noise += (double)error * (double)error;
        g->largest = size > g->largest ? size : g->largest;
        g->worst = error > g->worst ? error : g->worst;
    }
}

/* Numbers at .. at + count - 1 of a matrix into its panels. */
static void pack(const matrix *w, uint64_t at, const float *values, size_t count)
{
    int row = (int)(at / (uint64_t)w->in), column = (int)(at % (uint64_t)w->in);
    while (count) {
        const size_t left = (size_t)(w->in - column), n = count < left ? count : left;
        float *to = (float *)w->panels + ((ptrdiff_t)(row / PANEL) * w->in + column) * PANEL + row % PANEL;
        for (size_t i = 0; i < n; i++) to[i * PANEL] = values[i];
        values += n;
        count -= n;
        column = 0;
        row++;
    }
}

/* Numbers at .. at + count - 1 as they are stored; `values` become what is read back. */
static void encode(given *g, uint8_t *encoded, dtype type, uint64_t at, float *values, size_t count)
{
    if (type == F32) {
        memcpy(encoded + 4 * at, values, count * sizeof *values);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint16_t half = f32_to_half(values[i]);
        memcpy(encoded + 2 * (at + i), &half, sizeof half);
        g->overflows |= (half & 0x7fff) == 0x7c00;
        values[i] = half_to_f32(half);
    }
}

/* c->values[count] belong at `at` of tensor i. A q8 matrix is encoded, and measured, later. */
static void land(evx_converter *c, int i, uint64_t at, size_t count)
{
    const tensor *t = &c->tensors[i];
    given *g = &c->given[i];
    g->count += count;
    if (t->vector) memcpy((float *)(uintptr_t)*t->vector + at, c->values, count * sizeof *c->values);
    else pack(t->matrix, at, c->values, count);
    if (t->dtype == Q8) return;
    memcpy(c->read_back, c->values, count * sizeof *c->values);
    if (t->matrix) encode(g, c->encoded[encoded_place(c, t->matrix)], t->dtype, at, c->read_back, count);
    measure(g, c->values, c->read_back, count);
}

int64_t evx_converter_give(evx_converter *c, int i, uint64_t first, const void *bytes, size_t count, stored kind,
                           size_t *wrong)
{
    if (c->state != GIVING) return fail(&c->error, EVX_E_STATE, "no part waits for tensors");
    if (!in_part(c, i)) return fail(&c->error, EVX_E_ARGUMENT, "tensor %d is not of part %d", i, c->part);
    const tensor *t = &c->tensors[i];
    const uint64_t all = (uint64_t)t->rows * (uint64_t)t->cols;
    if ((unsigned)kind >= STORED_KINDS || first != c->given[i].count || count > all - first) {
        return fail(&c->error, EVX_E_ARGUMENT, "%s is given out of order, or numbers of no kind", t->name);
    }
    int64_t bad = 0;
    for (size_t done = 0; done < count; done += PIECE) {
        const size_t n = count - done < PIECE ? count - done : PIECE;
        size_t where = 0;
        const size_t found =
            numbers_read(c->values, (const uint8_t *)bytes + done * stored_bytes(kind), n, kind, &where);
        if (found && !bad) *wrong = done + where;
        bad += (int64_t)found;
        land(c, i, first + done, n);
    }
    return bad;
}

/* ---- steps -------------------------------------------------------------------------------------- */

/* Row sums over the channels of a gray picture (model/ARCHITECTURE.md section 3). */
static void sum_gray(model *m)
{
    const matrix *patch = &m->w.patch;
    for (int row = 0; row < patch->out; row++) {
        float values[PATCH_GRAY];
        for (int i = 0; i < PATCH_GRAY; i++) {
            values[i] = matrix_at(patch, row, i) + matrix_at(patch, row, PATCH_GRAY + i) +
                        matrix_at(patch, row, 2 * PATCH_GRAY + i);
        }
        matrix_pack_f32(&m->w.patch_gray, row, values);
    }
}

static evx_status begin_steps(evx_converter *c)
{
    int first;
    const int count = part_tensors(c, c->part, &first), L = c->model.info.depth;
    for (int i = first; i < first + count; i++) {
        const tensor *t = &c->tensors[i];
        if (c->given[i].count != (uint64_t)t->rows * (uint64_t)t->cols) {
            return fail(&c->error, EVX_E_STATE, "%s is not complete", t->name);
        }
        if (c->given[i].overflows) return fail(&c->error, EVX_E_WEIGHTS_VALUE, "%s is too large for f16", t->name);
    }
    if (c->part == 0) sum_gray(&c->model);
    c->model.observer = (observer){ 0 };
    if (c->part > L) c->picture = c->pictures - 1; /* only the self-test needs the classifier */
    if (c->part >= 1 && c->part <= L && c->target == EVX_Q8) {
        calibration_begin_block(&c->calibration, c->part - 1);
        c->model.observer = (observer){ calibration_see, &c->calibration };
    }
    c->state = RUNNING;
    return EVX_OK;
}

static float *tokens_of(const evx_converter *c, int picture)
{
    return c->x + (ptrdiff_t)picture * c->model.info.tokens * c->model.info.embed_dim;
}

static void draw_picture(evx_converter *c)
{
    const int side = c->model.info.input_size;
    float *input = c->model.ws.input;
    if (c->picture == c->pictures - 1) picture_self_test(input, side, c->normalization);
    else picture_calibration(input, c->picture, side, c->films, c->normalization);
}

static bool all_finite(const float *values, ptrdiff_t count)
{
    bool finite = true;
    for (ptrdiff_t i = 0; i < count; i++) finite &= values[i] - values[i] == 0.0f;
    return finite;
}

/* One picture through the part. */
static evx_status run_picture(evx_converter *c)
{
    model *m = &c->model;
    const evx_info *i = &m->info;
    m->ws.x = tokens_of(c, c->picture);
    c->calibration.picture = c->picture;
    if (c->part == 0) {
        draw_picture(c);
        forward_embed(m, input_is_gray(m->ws.input, i->input_size));
    } else if (c->part <= i->depth) {
        forward_block(m, c->part - 1);
    } else {
        forward_classifier(m);
    }
    if (m->pool->stalled)
        return fail(&c->error, EVX_E_THREADS, "a worker began a part of the work and does not end it");
    const bool end = c->part > i->depth;
    const bool finite = end ? all_finite(m->ws.embedding, i->embed_dim) && all_finite(m->ws.logits, i->classes)
                            : all_finite(m->ws.x, (ptrdiff_t)i->tokens * i->embed_dim);
    if (!finite && (end || c->part == 0))
        return fail(&c->error, EVX_E_NUMERIC, "%s", end ? "the last layers" : "the embedding");
    if (!finite) return fail(&c->error, EVX_E_NUMERIC, "blocks.%d", c->part - 1);
    c->picture++;
    return EVX_OK;
}

static evx_status calibrate_some(evx_converter *c)
{
    static const char *const layers[READERS] = { "qkv", "proj", "w12", "w3" };
    const evx_status status = calibration_step(&c->calibration);
    if (c->pool.stalled)
        return fail(&c->error, EVX_E_THREADS, "a worker began a part of the work and does not end it");
    if (!status) return EVX_OK;
    return fail(&c->error, status, "blocks.%d.%s.weight", c->part - 1, layers[c->calibration.reader]);
}

/* What storing did to a q8 matrix; its rows are shorter than a piece: weights_config. */
static void measure_q8(evx_converter *c, given *g, const matrix *w, const uint8_t *records)
{
    const size_t row_bytes = q8_row_bytes(w->in);
    for (int row = 0; row < w->out; row++) {
        const uint8_t *record = records + (size_t)row * row_bytes;
        const int8_t *codes = (const int8_t *)record + 2 * groups_for(w->in);
        for (int i = 0; i < w->in; i++) {
            const uint8_t *scale = record + 2 * (i / GROUP);
            c->values[i] = matrix_at(w, row, i);
            c->read_back[i] = half_to_f32((uint16_t)(scale[0] | scale[1] << 8)) * (float)codes[i];
        }
        measure(g, c->values, c->read_back, (size_t)w->in);
    }
}

/* The block's vectors have changed, too. */
static void finish_q8(evx_converter *c)
{
    int first;
    const int count = part_tensors(c, c->part, &first);
    for (int i = first; i < first + count; i++) {
        const tensor *t = &c->tensors[i];
        given *g = &c->given[i];
        *g = (given){ .count = g->count };
        if (t->matrix) {
            const int place = encoded_place(c, t->matrix) - 1;
            t->matrix->act_bits = c->calibration.readers[place].act_bits;
            measure_q8(c, g, t->matrix, c->calibration.readers[place].records);
        } else {
            measure(g, *t->vector, *t->vector, (size_t)t->cols);
        }
    }
}

static bool is_block(const evx_converter *c) { return c->part >= 1 && c->part <= c->model.info.depth; }
static bool is_calibrated(const evx_converter *c) { return is_block(c) && c->target == EVX_Q8; }

/* Multiply-accumulates of a block on one picture. */
static double picture_work(const evx_info *i)
{
    const double C = i->embed_dim, T = i->tokens;
    return T * (4.0 * C * C + 3.0 * C * i->mlp_hidden + 2.0 * T * C);
}

/* Thousandths of the part's work, from 1. */
static int left(const evx_converter *c)
{
    const double each = picture_work(&c->model.info), later = is_calibrated(c) ? c->calibration.work : 0.0;
    const double done = c->picture * each + (is_calibrated(c) ? c->calibration.done : 0.0);
    const int thousandths = (int)(1000.0 * (1.0 - done / (c->pictures * each + later)));
    return thousandths < 1 ? 1 : thousandths;
}

static evx_status step(evx_converter *c)
{
    if (c->state == GIVING) return begin_steps(c);
    if (c->picture < c->pictures) return run_picture(c);
    return calibrate_some(c);
}

static bool is_done(const evx_converter *c)
{
    return c->picture == c->pictures && (!is_calibrated(c) || c->calibration.stage == DONE);
}

int evx_converter_step(evx_converter *c)
{
    if (c->state != GIVING && c->state != RUNNING)
        return fail(&c->error, EVX_E_STATE, "no part waits to be computed");
    const evx_status status = step(c);
    if (status) {
        c->state = BROKEN;
        return status;
    }
    if (!is_done(c)) return left(c);
    if (is_calibrated(c)) finish_q8(c);
    c->state = c->part > c->model.info.depth ? FINISHED : NEXT;
    return 0;
}

const void *evx_converter_header(evx_converter *c, size_t *bytes)
{
    if (!is_planned(c) || (c->target == EVX_Q8 && c->state != FINISHED)) return NULL;
    put_header(c->header, &c->model.info, c->count, c->stream_bytes);
    for (int i = 0; i < c->count; i++)
        put_entry(c->header + HEADER_BYTES + (ptrdiff_t)i * ENTRY_BYTES, &c->tensors[i]);
    *bytes = HEADER_BYTES + (size_t)c->count * ENTRY_BYTES;
    return c->header;
}

const float *evx_converter_logits(const evx_converter *c)
{
    return c->state == FINISHED ? c->model.ws.logits : NULL;
}
const float *evx_converter_embedding(const evx_converter *c)
{
    return c->state == FINISHED ? c->model.ws.embedding : NULL;
}

const char *evx_converter_error(const evx_converter *c) { return c->error.text; }
