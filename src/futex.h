/* futex.h - sleep until a word of memory changes: WebAssembly's own instructions, or Linux's futex.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FUTEX_H
#define EVAX_FUTEX_H

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>

#ifdef __wasm__

/* Sleeps while *word is `expected`, at most ms milliseconds, without end if ms is negative. May wake early. */
static inline void futex_wait(_Atomic uint32_t *word, uint32_t expected, int ms)
{
    __builtin_wasm_memory_atomic_wait32((int32_t *)word, (int32_t)expected, ms < 0 ? -1 : ms * 1000000ll);
}

/* Wakes all that sleep on the word. */
static inline void futex_wake_all(_Atomic uint32_t *word)
{
    __builtin_wasm_memory_atomic_notify((int32_t *)word, UINT_MAX);
}

#else

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

long syscall(long number, ...); /* unistd.h has it only outside of strict C11 */

static inline void futex_wait(_Atomic uint32_t *word, uint32_t expected, int ms)
{
    const struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, ms < 0 ? NULL : &limit, NULL, 0);
}

static inline void futex_wake_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

#endif
#endif
