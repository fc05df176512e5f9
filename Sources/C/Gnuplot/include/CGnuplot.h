#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Numbers for one data block: rows × columns, row-major. NaN leaves a gap.
typedef struct {
    /// Letters and digits; the script reads the block as `$name`.
    const char *name;
    const double *values;
    size_t rows;
    size_t columns;
} CGnuplotTable;

typedef enum {
    /// `output` holds what gnuplot wrote.
    CGnuplotDrawn = 0,
    /// There is no such program.
    CGnuplotMissing,
    /// The program could not be started or fed; `message` has the system's reason.
    CGnuplotNotStarted,
    /// gnuplot left with an exit status other than 0; `message` has what it said.
    CGnuplotRefused,
    /// A signal ended gnuplot; `code` is its number.
    CGnuplotKilled,
    /// gnuplot was still at work when its time was over and has been ended.
    CGnuplotTimedOut,
    /// gnuplot wrote more than it may and has been ended.
    CGnuplotTooMuch,
    /// gnuplot was content but wrote nothing, as it does for a terminal that it does not know.
    CGnuplotNothing,
} CGnuplotOutcome;

typedef struct {
    CGnuplotOutcome outcome;
    /// Exit status, signal or errno, depending on the outcome.
    int code;
    /// What gnuplot wrote to its standard output; null unless drawn.
    uint8_t *output;
    size_t outputLength;
    /// What it said on its standard error, at most 4 KiB, with a final zero; null if nothing.
    char *message;
} CGnuplotResult;

/// Runs gnuplot on data blocks followed by a script and collects what it draws.
///
/// The script must not say `set output`: the drawing is taken from gnuplot's standard output, so no path ever
/// becomes part of a script. No shell is involved, start-up files are not read, and neither of the child's output
/// streams reaches ours. Safe to call from several threads; no C++ exception leaves it.
///
/// - program: looked up along PATH unless it has a slash.
/// - seconds: how long gnuplot may take.
CGnuplotResult cgnuplot_draw(
    const char *program, const CGnuplotTable *tables, size_t tableCount, const char *script, double seconds);

/// Frees what a result owns.
void cgnuplot_free(CGnuplotResult *result);

#ifdef __cplusplus
}
#endif
