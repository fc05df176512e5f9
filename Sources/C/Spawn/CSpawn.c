#include "CSpawn.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int limit(int resource, uint64_t amount)
{
    // The kernel sends SIGKILL instead of SIGXCPU if both limits of processor time are equal.
    const struct rlimit values = {amount, resource == RLIMIT_CPU ? amount + 1 : amount};
    return setrlimit(resource, &values);
}

/// Becomes the program in the child process. Returns the errno of the step that failed.
static int become(
    const char *executable, char *const arguments[], char *const environment[], const char *folder,
    const int streams[3], bool ownSession, const struct spawn_limits *limits)
{
    for (int number = 0; number < 3; number++)
        if (streams[number] != number && dup2(streams[number], number) < 0) return errno;
    // The child closes its descriptors itself. This includes descriptors that other threads have opened meanwhile.
    if (close_range(3, ~0U, 0)) return errno;
    if (folder && chdir(folder)) return errno;
    if (ownSession && setsid() < 0) return errno;
    if (limits) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL)) return errno;
        if (limit(RLIMIT_CORE, 0) || limit(RLIMIT_CPU, limits->processor_seconds)) return errno;
        if (limit(RLIMIT_AS, limits->memory_bytes) || limit(RLIMIT_FSIZE, limits->file_bytes)) return errno;
    }
    // Numbers that have no handler are refused, which does no harm.
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    execvpe(executable, arguments, environment);
    return errno;
}

// `posix_spawn` cannot set limits. The child of `vfork` shares this memory until it becomes the program.
int spawn_program(
    pid_t *pid, const char *executable, char *const arguments[], char *const environment[], const char *folder,
    const int streams[3], bool ownSession, const struct spawn_limits *limits)
{
    // No handler of this process may run in the child.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    volatile int failure = 0;
    const pid_t child = vfork();
    if (child == 0) {
        failure = become(executable, arguments, environment, folder, streams, ownSession, limits);
        _exit(127);
    }
    if (child < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure) {
        if (child > 0)
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        return failure;
    }
    *pid = child;
    return 0;
}

void spawn_wait(pid_t pid, int milliseconds)
{
    // Readable as soon as the child has ended.
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    poll(&end, 1, milliseconds);
    if (end.fd >= 0) close(end.fd);
}
