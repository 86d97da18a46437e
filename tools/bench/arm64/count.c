/* count.c - a plugin of qemu-user that counts the instructions of a guest, block by block. The guest calls umask to begin
 * an interval (process.umask(n) in Node); at the end, what the last whole interval executed is written to the file of
 * the option out=: a line "address length instructions" for each block of code that ran, length in instructions.
 *
 *     qemu-aarch64 -plugin libcount.so,out=FILE PROGRAM ...                  (qemu 7.2, which ships no header of this)
 *
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of the plugin interface that is used. */
struct qemu_plugin_tb;
typedef uint64_t plugin_id;
typedef void on_block(plugin_id, struct qemu_plugin_tb *);
typedef void on_syscall(plugin_id, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                        uint64_t);
typedef void on_end(plugin_id, void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, on_block *);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int, void *, uint64_t);
void qemu_plugin_register_vcpu_syscall_cb(plugin_id, on_syscall *);
void qemu_plugin_register_atexit_cb(plugin_id, on_end *, void *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { ADD_U64 = 0, UMASK = 166 };

/* One translated block. Blocks stay where they are: the generated code adds to count. */
typedef struct block {
    uint64_t address, length;
    uint64_t count, before, during; /* instructions: in all, until the last mark, of the last interval */
    struct block *next;
} block;

static block *blocks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char out[4096];

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
    (void)id;
    block *b = calloc(1, sizeof *b);
    if (!b) abort();
    b->address = qemu_plugin_tb_vaddr(tb);
    b->length = qemu_plugin_tb_n_insns(tb);
    pthread_mutex_lock(&lock);
    b->next = blocks;
    blocks = b;
    pthread_mutex_unlock(&lock);
    qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &b->count, b->length);
}

static void system_call(plugin_id id, unsigned cpu, int64_t number, uint64_t a, uint64_t b1, uint64_t c, uint64_t d,
                        uint64_t e, uint64_t f, uint64_t g, uint64_t h)
{
    (void)id, (void)cpu, (void)a, (void)b1, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
    if (number != UMASK) return;
    pthread_mutex_lock(&lock);
    for (block *b = blocks; b; b = b->next) {
        b->during = b->count - b->before;
        b->before = b->count;
    }
    pthread_mutex_unlock(&lock);
}

static void ended(plugin_id id, void *unused)
{
    (void)id, (void)unused;
    FILE *file = fopen(out, "w");
    if (!file) return;
    for (const block *b = blocks; b; b = b->next) {
        if (b->during) fprintf(file, "%" PRIx64 " %" PRIu64 " %" PRIu64 "\n", b->address, b->length, b->during);
    }
    fclose(file);
}

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "out=", 4)) snprintf(out, sizeof out, "%s", argv[i] + 4);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, system_call);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
