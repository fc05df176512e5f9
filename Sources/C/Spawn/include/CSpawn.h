#pragma once

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Starts a program that gets three streams of this process and nothing else: no other descriptor, no signal that is
/// blocked or ignored.
///
/// - executable: its path, or its name if PATH has it.
/// - arguments, environment: each ends with NULL; the first argument is the program's own name.
/// - folder: where it runs, or NULL for this process's.
/// - streams: the descriptors that become its 0, 1 and 2; each is 0, 1 or 2 itself or at least 3.
/// - ownSession: no terminal and no process group of ours reaches it.
///
/// Returns 0 or an errno.
int spawn_program(
    pid_t *pid, const char *executable, char *const arguments[], char *const environment[], const char *folder,
    const int streams[3], bool ownSession);

#ifdef __cplusplus
}
#endif
