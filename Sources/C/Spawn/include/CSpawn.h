#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Limits of a program. It ends with the thread that started it, and writes no core file.
struct spawn_limits {
    /// Seconds of processor time over all its threads. Then SIGXCPU ends it.
    uint64_t processor_seconds;
    /// Bytes of address space. Allocations beyond fail.
    uint64_t memory_bytes;
    /// Bytes of each file that it writes. Then SIGXFSZ ends it.
    uint64_t file_bytes;
};

/// Starts a program with three streams of this process, no other descriptors, and no blocked or ignored signals.
///
/// - executable: a path, or a name to look up in PATH.
/// - arguments, environment: arrays that end with NULL. The first argument is the program's name.
/// - folder: the working directory, or NULL for that of this process.
/// - streams: the descriptors that become 0, 1 and 2. Each equals its new number or is at least 3.
/// - ownSession: starts a new session. Signals of the terminal and of the caller's process group then do not reach it.
/// - limits: NULL for those of this process.
///
/// Returns 0 or an errno.
int spawn_program(
    pid_t *pid, const char *executable, char *const arguments[], char *const environment[], const char *folder,
    const int streams[3], bool ownSession, const struct spawn_limits *limits);

/// Waits until a child has ended, at most for some milliseconds. The child keeps its exit status for waitpid.
void spawn_wait(pid_t pid, int milliseconds);

#ifdef __cplusplus
}
#endif
