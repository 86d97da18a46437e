/* choice.c - probes each implementation on extreme operands, against plain loops, before it may be used.
 * SPDX-License-Identifier: MIT */
#include "kernels/choice.h"

#include "kernels/variants.h"

#include <math.h>
#include <string.h>

/* Rows that meet the full tile of every implementation and the tiles of what is left; panels for both widths. */
enum { M = 13, PANELS = 3, N = PANELS * PANEL };

/* ---- f32 ------------------------------------------------------------------------------------------------ */

/* Sums of small whole numbers are exact, in one rounding or two. */
static bool f32_adds_up(gemm_f32_fn *gemm)
{
    enum { K = 9 };
    float x[M * K], b[PANELS * K * PANEL], y[M * N];
    for (int i = 0; i < M * K; i++) x[i] = (float)(i % 13 - 6);
    for (int i = 0; i < PANELS * K * PANEL; i++) b[i] = (float)(i % 11 - 5);
    gemm(y, N, x, K, b, NULL, M, K, PANELS, false);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            int sum = 0;
            for (int l = 0; l < K; l++)
                sum += ((i * K + l) % 13 - 6) * (((j / PANEL * K + l) * PANEL + j % PANEL) % 11 - 5);
            if (y[i * N + j] != (float)sum) return false;
        }
    }
    return true;
}

/* -(1 + 2^-11) + (1 + 2^-12)^2 is 0 with two roundings, 2^-24 with one. */
static bool rounds_twice(gemm_f32_fn *gemm)
{
    const float a = 1.0f + 0x1p-12f;
    float x[2] = { -1.0f, a }, b[2 * PANEL], y[PANEL];
    for (int j = 0; j < PANEL; j++) {
        b[j] = 1.0f + 0x1p-11f;
        b[PANEL + j] = a;
    }
    gemm(y, PANEL, x, 2, b, NULL, 1, 2, 1, false);
    for (int j = 0; j < PANEL; j++) {
        if (y[j] != 0.0f) return false;
    }
    return true;
}

/* ---- q8 ------------------------------------------------------------------------------------------------- */

/* A q8_panel of one group. */
typedef struct probe_panel {
    float sum[PANEL];
    q8_group group;
} probe_panel;

/* What is added to the codes of token i before they are quantized: ends of a row are found otherwise where one is 0. */
static int probe_offset(int i) { return i / 4 % 2; }

/* Codes of a token, smallest and largest among them; weights as large as FORMAT.md allows four neighbors to be. */
static int probe_code(int i, int input, int levels)
{
    static const int codes[] = { 127, 0, 126, 64, 1, 127, 127 };
    const int code = codes[(input * (i + 1) + input / 7) % 7] * (input > 1) + 127 * (input == 1);
    return levels > 127 ? 2 * code + input % 2 : code;
}

static int probe_weight(int output, int input)
{
    static const int weights[] = { 127, 127, 2, 2, -127, -127, -2, -2, 127, -127, -2, 2, 127, 127, 2, -2 };
    return weights[(input + 4 * (output * 5 + input / 16)) % 16];
}

static bool codes_are_exact(q8_place_fn *place, const q8_kernels *q, int levels)
{
    float x[M * GROUP], y[M * N];
    int16_t codes[(M + Q8_SPARE_ROWS) * GROUP]; /* the widest */
    range ranges[M + Q8_SPARE_ROWS];
    probe_panel b[PANELS];
    memset(b, 0, sizeof b);
    for (int j = 0; j < N; j++) {
        q8_group *g = &b[j / PANEL].group;
        g->scale[j % PANEL] = 1.0f;
        for (int l = 0; l < GROUP; l++) g->code[place(l, j % PANEL)] = (int8_t)probe_weight(j, l);
    }
    for (int i = 0; i < M; i++) {
        for (int l = 0; l < GROUP; l++) x[i * GROUP + l] = (float)(probe_code(i, l, levels) + probe_offset(i));
    }
    for (int i = 0; i < M; i += q8_block(q)) {
        const int rows = M - i < q8_block(q) ? M - i : q8_block(q);
        q->quantize(q8_row(q, codes, i, GROUP), ranges + i, x + i * GROUP, GROUP, rows, GROUP, GROUP, levels);
    }
    for (int i = 0; i < M; i++) {
        if (ranges[i].lo != (float)probe_offset(i) || ranges[i].step != 1.0f) return false;
    }
    q->gemm(y, N, codes, GROUP, ranges, (const q8_panel *)(const void *)b, NULL, M, 1, PANELS, false);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            int sum = 0;
            for (int l = 0; l < GROUP; l++) sum += probe_code(i, l, levels) * probe_weight(j, l);
            if (y[i * N + j] != (float)sum) return false;
        }
    }
    return true;
}

/* ---- attention ------------------------------------------------------------------------------------------ */

enum { I16_K = 16, I16_LIMIT = 11585 /* 16 products of two fit 31 bits */ };

typedef struct probe_i16 {
    float scale[PANEL];
    int16_t code[I16_K * PANEL];
} probe_i16;

static int probe_number(int at) { return (at % 3 - 1) * (I16_LIMIT - at % 5); }

/* Rows, columns and the tiles of what is left; the quantizing is as exact everywhere as it is in the tests. */
static bool i16_is_exact(const i16_kernels *k)
{
    int16_t x[(M + I16_SPARE_ROWS) * I16_K] = { 0 };
    float scales[M + I16_SPARE_ROWS], y[M * N];
    probe_i16 b[PANELS];
    for (int i = 0; i < M; i++) {
        for (int l = 0; l < I16_K; l++) x[i16_at(k, i, l, I16_K)] = (int16_t)probe_number(i * I16_K + l);
    }
    for (int i = 0; i < M + I16_SPARE_ROWS; i++) scales[i] = 1.0f;
    for (int j = 0; j < N; j++) {
        probe_i16 *p = &b[j / PANEL];
        p->scale[j % PANEL] = 1.0f;
        for (int l = 0; l < I16_K; l++) {
            p->code[i16_place(k, I16_K, l, j % PANEL)] = (int16_t)probe_number(7 * j + 2 * l);
        }
    }
    k->gemm(y, N, x, I16_K, scales, (const i16_panel *)(const void *)b, M, I16_K, PANELS);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            int32_t sum = 0;
            for (int l = 0; l < I16_K; l++) sum += probe_number(i * I16_K + l) * probe_number(7 * j + 2 * l);
            if (y[i * N + j] != (float)sum) return false;
        }
    }
    return true;
}

/* ---- the choice ----------------------------------------------------------------------------------------- */

static bool is_exact(const kernel_choice *c, evx_slot slot, const kernel_option *o)
{
    switch (slot) {
    case EVX_SLOT_F32: return f32_adds_up(o->gemm_f32) && f32_adds_up(o->exact_f32) && rounds_twice(o->exact_f32);
    case EVX_SLOT_Q8: return codes_are_exact(c->quantized.q7_place, &o->q7, 127);
    case EVX_SLOT_ATTENTION: return i16_is_exact(&o->i16);
    }
    return false;
}

const kernel_option *choice_option(const kernel_choice *c, evx_slot slot, int option)
{
    const kernel_option *const *list = kernels_options(c->variant, slot);
    for (int i = 0; list[i]; i++) {
        if (i == option) return list[i];
    }
    return NULL;
}

bool choice_set(kernel_choice *c, evx_slot slot, int option)
{
    const kernel_option *o = choice_option(c, slot, option);
    if (!is_exact(c, slot, o)) return false;
    c->option[slot] = option;
    if (slot == EVX_SLOT_F32) {
        c->plain.gemm_f32 = o->gemm_f32;
        c->quantized.gemm_f32 = o->exact_f32;
    }
    if (slot == EVX_SLOT_Q8) c->quantized.q7 = o->q7;
    if (slot == EVX_SLOT_ATTENTION) c->quantized.i16 = o->i16;
    return true;
}

/* Whether this is likely a 64-bit Arm, without a clock: the NaN that 0 / 0 makes has its sign bit set on x86 alone. Only
 * speed depends on the answer. */
static bool looks_like_arm(void)
{
    const volatile float zero = 0.0f;
    return !signbit(zero / zero);
}

/* The first that is exact, from the end of the list on Arm, where the lanes are; 0 in a variant without options. */
static void choose_first(kernel_choice *c, evx_slot slot)
{
    int count = 0;
    while (choice_option(c, slot, count)) count++;
    c->option[slot] = count ? -1 : 0;
    for (int i = 0; i < count && c->option[slot] < 0; i++)
        choice_set(c, slot, looks_like_arm() ? count - 1 - i : i);
}

bool choice_settle_q8(kernel_choice *c, int option)
{
    const kernel_option *o = choice_option(c, EVX_SLOT_Q8, option);
    if (!o || !o->q8.quantize || !codes_are_exact(o->q8_place, &o->q8, 255)) return false;
    c->quantized.q8 = o->q8;
    c->quantized.q8_place = o->q8_place;
    return true;
}

bool choice_init(kernel_choice *c, evx_variant variant)
{
    const kernels *table = kernels_get(variant);
    if (!table) return false;
    *c = (kernel_choice){ .plain = *table, .quantized = *table->quantized, .variant = variant };
    c->plain.quantized = c->quantized.quantized = &c->quantized;
    for (int slot = 0; slot < EVX_SLOTS; slot++) choose_first(c, (evx_slot)slot);
    if (looks_like_arm()) choice_settle_q8(c, c->option[EVX_SLOT_Q8]);
    return true;
}

/* ---- the measured work ---------------------------------------------------------------------------------- */

enum { RUN_M = 24, RUN_N = 2 * PANEL, RUN_K = 64, RUN_GROUPS = 2 };

/* A q8_panel of so many groups. */
typedef struct run_panel {
    float sum[PANEL];
    q8_group group[RUN_GROUPS];
} run_panel;

static void run_q7(const q8_kernels *q)
{
    float y[RUN_M * RUN_N];
    int16_t codes[(RUN_M + Q8_SPARE_ROWS) * RUN_GROUPS * GROUP] = { 0 };
    range ranges[RUN_M] = { { 0.0f, 0.0f } };
    run_panel b[2];
    memset(b, 0, sizeof b);
    q->gemm(y, RUN_N, codes, RUN_GROUPS * GROUP, ranges, (const q8_panel *)(const void *)b, NULL, RUN_M, RUN_GROUPS,
            2, false);
}

static void run_i16(const i16_kernels *k)
{
    float y[RUN_M * RUN_N], scales[RUN_M] = { 0.0f };
    int16_t x[RUN_M * RUN_K] = { 0 };
    struct {
        float scale[PANEL];
        int16_t code[RUN_K * PANEL];
    } b[2];
    memset(b, 0, sizeof b);
    k->gemm(y, RUN_N, x, RUN_K, scales, (const i16_panel *)(const void *)b, RUN_M, RUN_K, 2);
}

static void run_f32(gemm_f32_fn *gemm)
{
    float y[RUN_M * RUN_N], x[RUN_M * RUN_K] = { 0.0f }, b[RUN_N * RUN_K] = { 0.0f };
    gemm(y, RUN_N, x, RUN_K, b, NULL, RUN_M, RUN_K, 2, false);
}

void choice_run(evx_slot slot, const kernel_option *o)
{
    switch (slot) {
    case EVX_SLOT_F32: run_f32(o->gemm_f32); break;
    case EVX_SLOT_Q8: run_q7(&o->q7); break;
    case EVX_SLOT_ATTENTION: run_i16(&o->i16); break;
    }
}
