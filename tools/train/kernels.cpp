// kernels.cpp - rotary attention and SwiGLU in one pass each, forwards and backwards, for training on a CPU.
//
// Built by kernels.py on first use, for the machine it runs on. All arithmetic is float32; tensors are
// float32 or bfloat16 (the template parameter S). Attention works on one image and head at a time, so that
// its scores [T, T] never leave the cache. D is a multiple of 16.
// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

typedef float wide __attribute__((vector_size(64), aligned(4)));

struct bf16 { uint16_t bits; };

static inline float get(float x) { return x; }
static inline float get(bf16 x) {
    uint32_t u = (uint32_t)x.bits << 16;
    float f;
    memcpy(&f, &u, 4);
    return f;
}
static inline void put(float* to, float x) { *to = x; }
static inline void put(bf16* to, float x) {
    uint32_t u;
    memcpy(&u, &x, 4);
    to->bits = (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

// ---- C [M, N] = A B: A(m, k) = a[m * sm + k * sk], B and C row-major; M a multiple of 8, N of 16 ----------
template <int NV>
static inline void tile(int K, const float* a, int sm, int sk, const float* b, int ldb, float* c, int ldc) {
    wide acc[8][NV] = {};
    for (int k = 0; k < K; k++) {
        wide row[NV];
        for (int v = 0; v < NV; v++) row[v] = *(const wide*)(b + k * ldb + 16 * v);
#pragma GCC unroll 8
        for (int m = 0; m < 8; m++)
            for (int v = 0; v < NV; v++) acc[m][v] += a[m * sm + k * sk] * row[v];
    }
    for (int m = 0; m < 8; m++)
        for (int v = 0; v < NV; v++) *(wide*)(c + m * ldc + 16 * v) = acc[m][v];
}

static void multiply(int M, int N, int K, const float* a, int sm, int sk, const float* b, int ldb, float* c,
                     int ldc) {
    for (int n = 0; n < N; n += 32)
        for (int m = 0; m < M; m += 8) {
            if (N - n >= 32) tile<2>(K, a + m * sm, sm, sk, b + n, ldb, c + m * ldc + n, ldc);
            else tile<1>(K, a + m * sm, sm, sk, b + n, ldb, c + m * ldc + n, ldc);
        }
}

// ---- one head ---------------------------------------------------------------------------------------------
struct Shape { int T, P, H, D; float scale; };  // P: T rounded up to 16
struct Turn { const float *cos, *sin; };        // [T, D / 2], or null: no rotation

struct Head {
    std::vector<float> q, k, v, side, p, grad, dp;
    explicit Head(const Shape& s)
        : q(s.P * s.D), k(s.P * s.D), v(s.P * s.D), side(s.P * s.D), p(s.P * s.P), grad(s.P * s.D), dp(s.P * s.P) {}
};

// Turns adjacent pairs of a row by +angle or -angle (sign).
template <typename From, typename To>
static inline void turn(const From* x, Turn by, int t, float sign, float scale, To* y, int D) {
    for (int j = 0; j < D / 2; j++) {
        float c = by.cos ? by.cos[t * (D / 2) + j] * scale : scale;
        float s = by.cos ? by.sin[t * (D / 2) + j] * sign * scale : 0;
        float a = get(x[2 * j]), b = get(x[2 * j + 1]);
        put(y + 2 * j, a * c - b * s);
        put(y + 2 * j + 1, b * c + a * s);
    }
}

static void transpose(const float* x, const Shape& s, float* y) {  // [T, D] to [D, P], the rest zero
    memset(y, 0, sizeof(float) * s.P * s.D);
    for (int t = 0; t < s.T; t++)
        for (int d = 0; d < s.D; d++) y[d * s.P + t] = x[t * s.D + d];
}

template <typename S>
static void read_head(Head& w, const S* qkv, Turn by, const Shape& s, int h) {  // qkv [T, 3, H, D]
    for (int t = 0; t < s.T; t++) {
        const S* row = qkv + (long)t * 3 * s.H * s.D + h * s.D;
        turn(row, by, t, 1, s.scale, w.q.data() + t * s.D, s.D);
        turn(row + s.H * s.D, by, t, 1, 1, w.k.data() + t * s.D, s.D);
        for (int d = 0; d < s.D; d++) w.v[t * s.D + d] = get(row[2 * s.H * s.D + d]);
    }
}

static void probabilities(Head& w, const Shape& s) {  // w.p = softmax(q k^T), zero beyond T
    transpose(w.k.data(), s, w.side.data());
    multiply(s.P, s.P, s.D, w.q.data(), s.D, 1, w.side.data(), s.P, w.p.data(), s.P);
    for (int i = 0; i < s.P; i++) {
        float *row = w.p.data() + i * s.P, top = -1e30f, sum = 0;
        for (int j = 0; j < s.T; j++) top = row[j] > top ? row[j] : top;
        for (int j = 0; j < s.T; j++) sum += row[j] = expf(row[j] - top);
        for (int j = 0; j < s.P; j++) row[j] = i < s.T && j < s.T ? row[j] / sum : 0;
    }
}

template <typename S>
static void backward_head(Head& w, const S* grad_out, Turn by, const Shape& s, int h, S* grad_qkv) {
    const int T = s.T, P = s.P, D = s.D;
    const long stride = 3L * s.H * D;
    S* out = grad_qkv + h * D;
    for (int t = 0; t < T; t++)
        for (int d = 0; d < D; d++) w.grad[t * D + d] = get(grad_out[(long)t * s.H * D + h * D + d]);
    transpose(w.v.data(), s, w.side.data());
    multiply(P, D, T, w.p.data(), 1, P, w.grad.data(), D, w.v.data(), D);  // dV = P^T dO
    for (int t = 0; t < T; t++)
        for (int d = 0; d < D; d++) put(out + t * stride + 2 * s.H * D + d, w.v[t * D + d]);
    multiply(P, P, D, w.grad.data(), D, 1, w.side.data(), P, w.dp.data(), P);  // dP = dO V^T
    for (int i = 0; i < T; i++) {
        float *p = w.p.data() + i * P, *dp = w.dp.data() + i * P, dot = 0;
        for (int j = 0; j < T; j++) dot += p[j] * dp[j];
        for (int j = 0; j < P; j++) p[j] *= dp[j] - dot;
    }
    multiply(P, D, T, w.p.data(), P, 1, w.k.data(), D, w.grad.data(), D);  // dQ = dS K
    multiply(P, D, T, w.p.data(), 1, P, w.q.data(), D, w.v.data(), D);     // dK = dS^T Q, Q already scaled
    for (int t = 0; t < T; t++) {
        turn(w.grad.data() + t * D, by, t, -1, s.scale, out + t * stride, D);
        turn(w.v.data() + t * D, by, t, -1, 1, out + t * stride + s.H * D, D);
    }
}

// ---- batches: qkv [B, T, 3, H, D]; cos, sin [B or 1, T, D / 2] (turn_stride 0 for 1) or null ---------------
template <typename S>
static void forward(const S* qkv, Turn by, long turn_stride, S* out, int B, const Shape& s) {
#pragma omp parallel
    {
        Head w(s);
#pragma omp for collapse(2)
        for (int b = 0; b < B; b++)
            for (int h = 0; h < s.H; h++) {
                Turn own = {by.cos ? by.cos + b * turn_stride : nullptr, by.sin ? by.sin + b * turn_stride : nullptr};
                read_head(w, qkv + (long)b * s.T * 3 * s.H * s.D, own, s, h);
                probabilities(w, s);
                multiply(s.P, s.D, s.T, w.p.data(), s.P, 1, w.v.data(), s.D, w.grad.data(), s.D);
                for (int t = 0; t < s.T; t++)
                    for (int d = 0; d < s.D; d++)
                        put(out + (((long)b * s.T + t) * s.H + h) * s.D + d, w.grad[t * s.D + d]);
            }
    }
}

template <typename S>
static void backward(const S* qkv, Turn by, long turn_stride, const S* grad, S* grad_qkv, int B, const Shape& s) {
#pragma omp parallel
    {
        Head w(s);
#pragma omp for collapse(2)
        for (int b = 0; b < B; b++)
            for (int h = 0; h < s.H; h++) {
                Turn own = {by.cos ? by.cos + b * turn_stride : nullptr, by.sin ? by.sin + b * turn_stride : nullptr};
                const long at = (long)b * s.T * s.H * s.D;
                read_head(w, qkv + 3 * at, own, s, h);
                probabilities(w, s);
                backward_head(w, grad + at, own, s, h, grad_qkv + 3 * at);
            }
    }
}

// ---- SwiGLU: a [n, 2h] = gate, value; y [n, h] = silu(gate) * value ------------------------------------------
template <typename S>
static void gate_forward(const S* a, S* y, long n, long h) {
#pragma omp parallel for
    for (long i = 0; i < n; i++)
        for (long j = 0; j < h; j++) {
            float g = get(a[i * 2 * h + j]);
            put(y + i * h + j, g / (1 + expf(-g)) * get(a[i * 2 * h + h + j]));
        }
}

template <typename S>
static void gate_backward(const S* a, const S* grad, S* grad_a, long n, long h) {
#pragma omp parallel for
    for (long i = 0; i < n; i++)
        for (long j = 0; j < h; j++) {
            float g = get(a[i * 2 * h + j]), v = get(a[i * 2 * h + h + j]), d = get(grad[i * h + j]);
            float s = 1 / (1 + expf(-g));
            put(grad_a + i * 2 * h + j, d * v * s * (1 + g * (1 - s)));
            put(grad_a + i * 2 * h + h + j, d * g * s);
        }
}

#define EXPORT(S, NAME)                                                                                          \
    extern "C" void attention_forward_##NAME(const S* qkv, const float* cos, const float* sin, long stride,      \
                                             S* out, int B, int T, int H, int D, float scale) {                  \
        forward(qkv, Turn{cos, sin}, stride, out, B, Shape{T, (T + 15) / 16 * 16, H, D, scale});                 \
    }                                                                                                            \
    extern "C" void attention_backward_##NAME(const S* qkv, const float* cos, const float* sin, long stride,     \
                                              const S* grad, S* grad_qkv, int B, int T, int H, int D,            \
                                              float scale) {                                                     \
        backward(qkv, Turn{cos, sin}, stride, grad, grad_qkv, B, Shape{T, (T + 15) / 16 * 16, H, D, scale});     \
    }                                                                                                            \
    extern "C" void swiglu_forward_##NAME(const S* a, S* y, long n, long h) { gate_forward(a, y, n, h); }        \
    extern "C" void swiglu_backward_##NAME(const S* a, const S* grad, S* grad_a, long n, long h) {               \
        gate_backward(a, grad, grad_a, n, h);                                                                    \
    }
EXPORT(float, float32)
EXPORT(bf16, bfloat16)
