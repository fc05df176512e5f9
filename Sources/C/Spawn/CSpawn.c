#include "CSpawn.h"

#include <signal.h>
#include <spawn.h>

int spawn_program(
    pid_t *pid, const char *executable, char *const arguments[], char *const environment[], const char *folder,
    const int streams[3], bool ownSession)
{
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return failure;
    posix_spawnattr_t attributes;
    failure = posix_spawnattr_init(&attributes);
    if (failure) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }

    for (int number = 0; number < 3 && !failure; number++)
        if (streams[number] != number) failure = posix_spawn_file_actions_adddup2(&actions, streams[number], number);
    // Closed in the child itself, so that descriptors opened by other threads in the meantime are closed too.
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failure && folder) failure = posix_spawn_file_actions_addchdir_np(&actions, folder);

    sigset_t signals;
    sigemptyset(&signals);
    if (!failure) failure = posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    if (!failure) failure = posix_spawnattr_setsigdefault(&attributes, &signals);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (ownSession ? POSIX_SPAWN_SETSID : 0);
    if (!failure) failure = posix_spawnattr_setflags(&attributes, flags);

    if (!failure) failure = posix_spawnp(pid, executable, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}
