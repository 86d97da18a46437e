/* weights.c - reads the weight stream as model/FORMAT.md describes it, and refuses everything else.
 * SPDX-License-Identifier: MIT */
#include "weights.h"

#include "allocator.h"
#include "bytes.h"
#include "half.h"

void loader_init(loader *l, const evx_memory *memory, model *m) { *l = (loader){ .memory = *memory, .model = m }; }

/* Frees what is needed only while loading. */
static void free_loading_buffers(loader *l)
{
    release(&l->memory, l->table);
    release(&l->memory, l->tensors);
    release(&l->memory, l->record);
    l->table = l->record = NULL;
    l->tensors = NULL;
}

void loader_free(loader *l)
{
    free_loading_buffers(l);
    release(&l->memory, l->blocks);
    release(&l->memory, l->storage);
    l->blocks = NULL;
    l->storage = NULL;
}

/* ---- header -------------------------------------------------------------------------------- */

typedef struct limit {
    const char *name;
    uint32_t low, high, multiple;
} limit;

/* In header order, from offset 12. */
static const limit limits[] = {
    { "embed_dim", EVX_MIN_EMBED_DIM, EVX_MAX_EMBED_DIM, EVX_EMBED_DIM_STEP },
    { "depth", 1, EVX_MAX_DEPTH, 1 },
    { "heads", 1, EVX_MAX_HEADS, 1 },
    { "mlp_hidden", EVX_MIN_MLP_HIDDEN, EVX_MAX_MLP_HIDDEN, EVX_MLP_HIDDEN_STEP },
    { "patch_size", EVX_PATCH_SIZE, EVX_PATCH_SIZE, 1 },
    { "grid", 1, EVX_MAX_GRID, 1 },
    { "classes", 0, EVX_MAX_CLASSES, 1 },
    { "pooling", 0, 1, 1 },
    { "inner_norm", 0, 1, 1 },
    { "scoring", 0, 2, 1 },
    { "reserved", 0, 0, 1 },
};

static evx_status check_limits(const uint8_t *header, error_message *err)
{
    for (int i = 0; i < (int)(sizeof limits / sizeof *limits); i++) {
        const uint32_t value = le32(header + 12 + 4 * i);
        if (value < limits[i].low || value > limits[i].high || value % limits[i].multiple) {
            return fail(err, EVX_E_WEIGHTS_CONFIG, "%s is %zu, allowed is %zu..%zu", limits[i].name, (size_t)value,
                        (size_t)limits[i].low, (size_t)limits[i].high);
        }
    }
    return EVX_OK;
}

evx_status weights_config(const uint8_t *h, evx_info *i, error_message *err)
{
    const evx_status status = check_limits(h, err);
    if (status) return status;
    i->embed_dim = (int)le32(h + 12);
    i->depth = (int)le32(h + 16);
    i->heads = (int)le32(h + 20);
    i->mlp_hidden = (int)le32(h + 24);
    i->grid = (int)le32(h + 32);
    i->classes = (int)le32(h + 36);
    i->cls_pooling = (int)le32(h + 40);
    i->inner_norm = (int)le32(h + 44);
    i->scoring = (evx_scoring)le32(h + 48);
    i->input_size = i->grid * PATCH;
    i->tokens = 1 + i->grid * i->grid;
    if (i->embed_dim % (EVX_HEAD_DIM_STEP * i->heads)) {
        return fail(err, EVX_E_WEIGHTS_CONFIG, "embed_dim %d does not split into %d heads of a multiple of 8",
                    i->embed_dim, i->heads);
    }
    if ((i->classes == 0) != (i->scoring == EVX_SCORE_NONE)) {
        return fail(err, EVX_E_WEIGHTS_CONFIG, "scoring %d with %d classes", (int)i->scoring, i->classes);
    }
    return EVX_OK;
}

/* ---- the tensors that an architecture implies, in order (FORMAT.md section 2) ----------------- */

typedef struct tensor_list {
    tensor *at; /* NULL while counting */
    int count;
    int block; /* of the tensors that are added; -1 outside the blocks */
} tensor_list;

static void add(tensor_list *list, const char *name, int rows, int cols, dtype widest, float **vector, matrix *w)
{
    if (list->at) {
        tensor *t = &list->at[list->count];
        *t = (tensor){ .rows = rows, .cols = cols, .vector = vector, .matrix = w, .widest = widest };
        if (list->block < 0) {
            format_text(t->name, sizeof t->name, "%s", name);
        } else {
            format_text(t->name, sizeof t->name, "blocks.%d.%s", list->block, name);
        }
    }
    list->count++;
}

static void add_vector(tensor_list *list, const char *name, int rows, int cols, float **vector)
{
    add(list, name, rows, cols, F32, vector, NULL);
}

static void add_norm(tensor_list *list, const char *weight, const char *bias, int n, layer_norm_weights *norm)
{
    add_vector(list, weight, 1, n, &norm->weight);
    add_vector(list, bias, 1, n, &norm->bias);
}

static void add_linear(tensor_list *list, const char *weight, const char *bias, int out, int in, dtype widest,
                       matrix *w)
{
    w->out = out;
    w->in = in;
    add(list, weight, out, in, widest, NULL, w);
    add_vector(list, bias, 1, out, &w->bias);
}

static void add_block(tensor_list *list, const evx_info *i, block *b)
{
    const int C = i->embed_dim, Hd = i->mlp_hidden;
    add_norm(list, "norm1.weight", "norm1.bias", C, &b->norm1);
    add_linear(list, "qkv.weight", "qkv.bias", 3 * C, C, Q8, &b->qkv);
    add_linear(list, "proj.weight", "proj.bias", C, C, Q8, &b->proj);
    add_norm(list, "norm2.weight", "norm2.bias", C, &b->norm2);
    add_linear(list, "w12.weight", "w12.bias", 2 * Hd, C, Q8, &b->w12);
    if (i->inner_norm) add_norm(list, "ffn_ln.weight", "ffn_ln.bias", Hd, &b->ffn_ln);
    add_linear(list, "w3.weight", "w3.bias", C, Hd, Q8, &b->w3);
}

int weights_list(tensor *at, const evx_info *i, weights *w, block *blocks)
{
    const int C = i->embed_dim, g = i->grid, pairs = C / i->heads / 2;
    tensor_list list = { .at = at, .block = -1 };
    add_linear(&list, "patch_embed.weight", "patch_embed.bias", C, PATCH_RGB, F16, &w->patch);
    add_vector(&list, "cls_token", 1, C, &w->cls_token);
    add_vector(&list, "pos_embed", i->tokens, C, &w->pos_embed);
    add_vector(&list, "rope.cos", g * g, pairs, &w->rope_cos);
    add_vector(&list, "rope.sin", g * g, pairs, &w->rope_sin);
    for (list.block = 0; list.block < i->depth; list.block++) {
        add_block(&list, i, &blocks[list.block]);
    }
    list.block = -1;
    add_norm(&list, "fc_norm.weight", "fc_norm.bias", C, &w->fc_norm);
    if (i->classes) add_linear(&list, "head.weight", "head.bias", i->classes, C, F16, &w->classifier);
    return list.count;
}

static evx_status read_header(loader *l, error_message *err)
{
    const uint8_t *h = l->header;
    model *m = l->model;
    if (memcmp(h, "EVAX", 4)) return fail(err, EVX_E_WEIGHTS_FORMAT, "the stream does not begin with EVAX");
    if (le32(h + 4) != 1) {
        return fail(err, EVX_E_WEIGHTS_VERSION, "format version %zu, this engine reads 1", (size_t)le32(h + 4));
    }
    const evx_status status = weights_config(h, &m->info, err);
    if (status) return status;

    l->blocks = allocate(&l->memory, (uint64_t)m->info.depth * sizeof *l->blocks);
    if (!l->blocks) return fail(err, EVX_E_MEMORY, "no memory for %d blocks", m->info.depth);
    memset(l->blocks, 0, (size_t)m->info.depth * sizeof *l->blocks);
    m->w.blocks = l->blocks;

    l->count = weights_list(NULL, &m->info, &m->w, l->blocks);
    if (le32(h + 8) != (uint32_t)l->count) {
        return fail(err, EVX_E_WEIGHTS_TENSOR, "%zu tensors, the architecture has %d", (size_t)le32(h + 8),
                    l->count);
    }
    l->stream_bytes = le64(h + 56);
    l->table = allocate(&l->memory, (uint64_t)l->count * ENTRY_BYTES);
    l->tensors = allocate(&l->memory, (uint64_t)l->count * sizeof *l->tensors);
    if (!l->table || !l->tensors) return fail(err, EVX_E_MEMORY, "no memory for %d table entries", l->count);
    weights_list(l->tensors, &m->info, &m->w, l->blocks);
    return EVX_OK;
}

/* ---- table --------------------------------------------------------------------------------- */

size_t record_bytes(const tensor *t)
{
    const size_t cols = (size_t)t->cols;
    switch (t->dtype) {
    case F32: return 4 * cols;
    case F16: return 2 * cols;
    case Q8: return 2 * (size_t)groups_for(t->cols) + cols;
    }
    return 0;
}

static evx_status read_entry(tensor *t, const uint8_t *entry, uint64_t offset, error_message *err)
{
    const uint32_t type = le32(entry + 40), bits = le32(entry + 52);
    if (memcmp(entry, t->name, TENSOR_NAME)) {
        char found[TENSOR_NAME + 1] = { 0 };
        memcpy(found, entry, TENSOR_NAME);
        return fail(err, EVX_E_WEIGHTS_TENSOR, "%s expected, found %s", t->name, found);
    }
    if (le32(entry + 44) != (uint32_t)t->rows || le32(entry + 48) != (uint32_t)t->cols) {
        return fail(err, EVX_E_WEIGHTS_TENSOR, "%s is %zu x %zu, expected %d x %d", t->name,
                    (size_t)le32(entry + 44), (size_t)le32(entry + 48), t->rows, t->cols);
    }
    if (type > (uint32_t)t->widest || (type == Q8 ? bits != 7 && bits != 8 : bits != 0)) {
        return fail(err, EVX_E_WEIGHTS_TENSOR, "%s has dtype %zu with act_bits %zu", t->name, (size_t)type,
                    (size_t)bits);
    }
    if (le64(entry + 56) != offset) return fail(err, EVX_E_WEIGHTS_TENSOR, "%s is misplaced", t->name);
    t->dtype = (dtype)type;
    t->offset = offset;
    if (t->matrix) t->matrix->act_bits = (int)bits;
    return EVX_OK;
}

static evx_status read_table(loader *l, error_message *err)
{
    uint64_t offset = HEADER_BYTES + (uint64_t)l->count * ENTRY_BYTES, end = offset;
    for (int i = 0; i < l->count; i++) {
        tensor *t = &l->tensors[i];
        offset = tensor_start(end);
        const evx_status status = read_entry(t, l->table + (size_t)i * ENTRY_BYTES, offset, err);
        if (status) return status;
        end = offset + (uint64_t)t->rows * record_bytes(t);
        if (t->dtype == Q8) l->model->kernels = l->model->kernels->quantized;
    }
    if (l->model->kernels->q7_place) {
        q8_places_for(&l->places[0], l->model->kernels, 7);
        q8_places_for(&l->places[1], l->model->kernels, 8);
    }
    if (end != l->stream_bytes) return fail(err, EVX_E_WEIGHTS_TENSOR, "the tensors do not add up to the stream");
    return EVX_OK;
}

/* ---- memory -------------------------------------------------------------------------------- */

/* Takes all weights and the workspace from the arena, in the order in which a pass reads them. */
static void layout(loader *l, arena *a)
{
    model *m = l->model;
    m->w.patch_gray = (matrix){ .out = m->info.embed_dim, .in = PATCH_GRAY };
    for (int i = 0; i < l->count; i++) {
        tensor *t = &l->tensors[i];
        if (t->matrix) {
            matrix_layout(t->matrix, a);
        } else if (t->rows == 1) {
            *t->vector = arena_floats(a, (uint64_t)panels_for(t->cols) * PANEL);
        } else {
            *t->vector = arena_floats(a, (uint64_t)t->rows * (uint64_t)t->cols);
        }
        t->end = a->used;
    }
    matrix_layout(&m->w.patch_gray, a);
    m->w.patch_gray.bias = m->w.patch.bias;
    model_layout(m, a);
}

static size_t longest_row(const loader *l)
{
    size_t cols = 0;
    for (int i = 0; i < l->count; i++) {
        if ((size_t)l->tensors[i].cols > cols) cols = (size_t)l->tensors[i].cols;
    }
    return cols;
}

static evx_status allocate_model(loader *l, error_message *err)
{
    arena a = { 0 };
    layout(l, &a);
    const uint64_t bytes = a.used + ARENA_ALIGN;
    if (bytes > (uint64_t)EVX_MAX_MODEL_MIB << 20) {
        return fail(err, EVX_E_WEIGHTS_CONFIG, "the model needs %zu MiB, at most %d are allowed",
                    (size_t)(bytes >> 20), EVX_MAX_MODEL_MIB);
    }
    const size_t cols = longest_row(l);
    l->storage = allocate(&l->memory, bytes);
    l->record = allocate(&l->memory, 2 * cols * sizeof(float));
    if (!l->storage || !l->record) {
        return fail(err, EVX_E_MEMORY, "no memory for a model of %zu MiB", (size_t)(bytes >> 20));
    }
    l->values = (float *)(void *)l->record + cols;
    a = arena_over(l->storage);
    layout(l, &a);
    l->weights = a.block;
    const uint64_t used = l->tensors[l->count - 1].end;
    memset(l->weights + used, 0, (size_t)(a.used - used));
    return EVX_OK;
}

/* Zeros, which panels need beyond a tensor's rows, when its first row has come: touching tens of megabytes for the first
 * time takes longer than packing a chunk, and is done while others arrive. */
static void clear_place(const loader *l, const tensor *t)
{
    const uint64_t start = t == l->tensors ? 0 : t[-1].end;
    memset(l->weights + start, 0, (size_t)(t->end - start));
}

/* ---- rows ---------------------------------------------------------------------------------- */

static bool is_finite(float value) { return value - value == 0.0f; }

/* Expands an f32 or f16 row; false if a value is not finite. */
static bool read_floats(float *out, const uint8_t *record, int count, dtype type)
{
    bool finite = true;
    for (int i = 0; i < count; i++) {
        out[i] = type == F32 ? lef32(record + 4 * i) : half_to_f32(le16(record + 2 * i));
        finite &= is_finite(out[i]);
    }
    return finite;
}

/* The sum of the magnitudes of the four codes in a word, all at once: a loop over them is not vectorized, and takes
 * half the time of loading. */
static uint32_t sum_of_four(uint32_t codes)
{
    const uint32_t negative = codes >> 7 & 0x01010101u;
    const uint32_t magnitudes = (codes ^ negative * 255u) + negative; /* 0..128, no carry between them */
    const uint32_t twos = (magnitudes & 0x00ff00ffu) + (magnitudes >> 8 & 0x00ff00ffu);
    return (twos & 0xffffu) + (twos >> 16);
}

/* The largest sum of the magnitudes of four neighboring codes; cols is a multiple of 4. */
static int largest_four(const int8_t *codes, int cols)
{
    uint32_t largest = 0;
    for (int i = 0; i < cols; i += 4) {
        uint32_t four;
        memcpy(&four, codes + i, sizeof four);
        const uint32_t sum = sum_of_four(four);
        largest = largest < sum ? sum : largest;
    }
    return (int)largest;
}

static bool has_code(const int8_t *codes, int cols, int8_t code)
{
    bool found = false;
    for (int i = 0; i < cols; i++) found |= codes[i] == code; /* no early exit, so that it is vectorized */
    return found;
}

/* Scales finite and not negative, codes within -127..127, and for 7 bits the sums of fours. */
static bool check_q8(const uint8_t *record, int cols, int act_bits)
{
    const int groups = groups_for(cols);
    for (int g = 0; g < groups; g++) {
        const float scale = half_to_f32(le16(record + 2 * g));
        if (!is_finite(scale) || scale < 0.0f) return false;
    }
    const int8_t *codes = (const int8_t *)record + 2 * groups;
    return !has_code(codes, cols, -EVX_Q8_MAX_CODE - 1) &&
           (act_bits != 7 || largest_four(codes, cols) <= EVX_Q7_MAX_FOUR);
}

/* Row `row` of the gray patch embedding: the sum over the three channels. */
static void pack_gray(matrix *gray, int row, const float *rgb)
{
    float values[PATCH_GRAY];
    for (int i = 0; i < PATCH_GRAY; i++) {
        values[i] = rgb[i] + rgb[PATCH_GRAY + i] + rgb[2 * PATCH_GRAY + i];
    }
    matrix_pack_f32(gray, row, values);
}

static evx_status store_row(loader *l, const tensor *t, const uint8_t *record, error_message *err)
{
    weights *w = &l->model->w;
    const bool good = t->dtype == Q8 ? check_q8(record, t->cols, t->matrix->act_bits)
                                     : read_floats(l->values, record, t->cols, t->dtype);
    if (!good) return fail(err, EVX_E_WEIGHTS_VALUE, "%s row %d has a value out of range", t->name, l->row);
    if (t->vector) {
        float *to = *t->vector + (size_t)l->row * (size_t)t->cols;
        memcpy(to, l->values, (size_t)t->cols * sizeof *to);
    } else if (t->dtype == Q8) {
        matrix_pack_q8(t->matrix, &l->places[t->matrix->act_bits - 7], l->row, record);
    } else {
        matrix_pack_f32(t->matrix, l->row, l->values);
        if (t->matrix == &w->patch) pack_gray(&w->patch_gray, l->row, l->values);
    }
    return EVX_OK;
}

/* ---- the stream ---------------------------------------------------------------------------- */

typedef struct span {
    const uint8_t *at;
    size_t left;
} span;

/* Moves bytes from the input into to[size]; true when it is full, and then have is 0 again. */
static bool collect(loader *l, span *in, uint8_t *to, size_t size)
{
    const size_t room = size - l->buffered, n = in->left < room ? in->left : room;
    memcpy(to + l->buffered, in->at, n);
    in->at += n;
    in->left -= n;
    l->position += n;
    l->buffered += n;
    if (l->buffered < size) return false;
    l->buffered = 0;
    return true;
}

static evx_status skip_gap(loader *l, span *in, uint64_t until, error_message *err)
{
    for (; in->left && l->position < until; in->at++, in->left--, l->position++) {
        if (*in->at) {
            return fail(err, EVX_E_WEIGHTS_FORMAT, "a gap before %s is not zero", l->tensors[l->tensor].name);
        }
    }
    return EVX_OK;
}

/* Takes what the input holds of the next row. */
static evx_status feed_row(loader *l, span *in, error_message *err)
{
    const tensor *t = &l->tensors[l->tensor];
    const size_t size = record_bytes(t);
    const uint8_t *record = l->record;
    if (l->buffered == 0 && l->position < t->offset) return skip_gap(l, in, t->offset, err);
    if (l->buffered == 0 && in->left >= size) {
        record = in->at;
        in->at += size;
        in->left -= size;
        l->position += size;
    } else if (!collect(l, in, l->record, size)) {
        return EVX_OK;
    }
    if (l->row == 0) clear_place(l, t);
    const evx_status status = store_row(l, t, record, err);
    if (status) return status;
    if (++l->row < t->rows) return EVX_OK;
    l->row = 0;
    if (++l->tensor < l->count) return EVX_OK;
    free_loading_buffers(l);
    l->state = COMPLETE;
    return EVX_OK;
}

static evx_status feed_some(loader *l, span *in, error_message *err)
{
    evx_status status = EVX_OK;
    switch (l->state) {
    case IN_HEADER:
        if (!collect(l, in, l->header, HEADER_BYTES)) return EVX_OK;
        l->state = IN_TABLE;
        return read_header(l, err);
    case IN_TABLE:
        if (!collect(l, in, l->table, (size_t)l->count * ENTRY_BYTES)) return EVX_OK;
        l->state = IN_TENSORS;
        status = read_table(l, err);
        return status ? status : allocate_model(l, err);
    case IN_TENSORS: return feed_row(l, in, err);
    case COMPLETE: return fail(err, EVX_E_WEIGHTS_TRAILING, "%zu bytes after the end of the stream", in->left);
    }
    return EVX_E_STATE;
}

evx_status loader_feed(loader *l, const uint8_t *bytes, size_t count, error_message *err)
{
    span in = { bytes, count };
    while (in.left) {
        const evx_status status = feed_some(l, &in, err);
        if (status) return status;
    }
    return EVX_OK;
}
