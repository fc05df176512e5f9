#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A data block of rows × columns numbers, row-major. NaN leaves a gap.
typedef struct {
    /// Letters and digits. The script refers to the block as `$name`.
    const char *name;
    const double *values;
    size_t rows;
    size_t columns;
} CGnuplotTable;

typedef enum {
    /// Success: `output` has the drawing.
    CGnuplotDrawn = 0,
    /// The program was not found.
    CGnuplotMissing,
    /// The program could not be started. `message` has the system's reason.
    CGnuplotNotStarted,
    /// gnuplot exited with a status other than 0. `message` has its error output.
    CGnuplotRefused,
    /// A signal killed gnuplot. `code` is its number.
    CGnuplotKilled,
    /// gnuplot exceeded the time limit and was killed.
    CGnuplotTimedOut,
    /// gnuplot exceeded the output limit and was killed.
    CGnuplotTooMuch,
    /// gnuplot succeeded but wrote nothing, for example because the terminal is unknown.
    CGnuplotNothing,
} CGnuplotOutcome;

typedef struct {
    CGnuplotOutcome outcome;
    /// Exit status, signal or errno, depending on the outcome.
    int code;
    /// The standard output of gnuplot; null unless drawn.
    uint8_t *output;
    size_t outputLength;
    /// The first 4 KiB of standard error with a final zero; null if empty.
    char *message;
} CGnuplotResult;

/// Runs gnuplot on data blocks followed by a script and returns its output.
///
/// The script must not contain `set output`. The drawing is gnuplot's standard output, so scripts contain no paths. No
/// shell is used, start-up files are not read, and the child's output streams are captured. Thread-safe. No C++
/// exceptions propagate.
///
/// - program: a path, or a name to look up in PATH.
/// - seconds: the time limit.
CGnuplotResult cgnuplot_draw(
    const char *program, const CGnuplotTable *tables, size_t tableCount, const char *script, double seconds);

/// Frees the memory of a result.
void cgnuplot_free(CGnuplotResult *result);

#ifdef __cplusplus
}
#endif
