/* test.h - tests in C: named functions, checks that go on after a failure, a count at the end.
 *
 *     TEST(zero_is_even) { CHECK(0 % 2 == 0); }
 *     int main(void) { RUN(zero_is_even); return test_report(); }
 *
 * A test fails if one of its checks does; the first few failures of each are printed.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_TEST_H
#define EVAX_TEST_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static struct {
    const char *name;
    int failures, passed, failed;
} test_now;

#define TEST(name) static void name(void)
#define RUN(name) test_run(name, #name)

#define CHECK(condition) ((condition) ? (void)0 : test_fail(__FILE__, __LINE__, #condition, " "))

/* With a printf format and values that say which of many cases it was. */
#define CHECK_NOTE(condition, ...) ((condition) ? (void)0 : test_fail(__FILE__, __LINE__, #condition, __VA_ARGS__))

#define CHECK_INT(actual, expected) \
    test_int(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))

/* Not a number is near to nothing. */
#define CHECK_NEAR(actual, expected, tolerance) \
    test_near(__FILE__, __LINE__, #actual, (double)(actual), (double)(expected), (double)(tolerance))

__attribute__((format(printf, 4, 5))) static inline void test_fail(const char *file, int line, const char *what,
                                                                   const char *note, ...)
{
    enum { PRINTED = 5 };
    if (test_now.failures++ >= PRINTED) return;
    va_list values;
    va_start(values, note);
    fprintf(stderr, "%s:%d: %s: %s: ", file, line, test_now.name, what);
    vfprintf(stderr, note, values);
    fputc('\n', stderr);
    va_end(values);
}

static inline void test_int(const char *file, int line, const char *what, long long actual, long long expected)
{
    if (actual != expected) test_fail(file, line, what, "is %lld, not %lld", actual, expected);
}

static inline void test_near(const char *file, int line, const char *what, double actual, double expected,
                             double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) {
        test_fail(file, line, what, "is %.9g, not %.9g +- %.2g", actual, expected, tolerance);
    }
}

static inline void test_run(void (*test)(void), const char *name)
{
    test_now.name = name;
    test_now.failures = 0;
    test();
    if (test_now.failures) {
        test_now.failed++;
    } else {
        test_now.passed++;
    }
}

/* The exit status of main: 0 if tests ran and all passed. */
static inline int test_report(void)
{
    printf("%d passed, %d failed\n", test_now.passed, test_now.failed);
    return test_now.failed || !test_now.passed;
}

#endif
