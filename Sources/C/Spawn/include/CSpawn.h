#pragma once

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Starts a program with three streams of this process, no other descriptors, and no blocked or ignored signals.
///
/// - executable: a path, or a name to look up in PATH.
/// - arguments, environment: arrays that end with NULL. The first argument is the program's name.
/// - folder: the working directory, or NULL for that of this process.
/// - streams: the descriptors that become 0, 1 and 2. Each is its own number or at least 3.
/// - ownSession: starts a new session, so that the terminal and our process group do not reach the program.
///
/// Returns 0 or an errno.
int spawn_program(
    pid_t *pid, const char *executable, char *const arguments[], char *const environment[], const char *folder,
    const int streams[3], bool ownSession);

#ifdef __cplusplus
}
#endif
