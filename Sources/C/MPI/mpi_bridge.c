// The part of MPI that the target Distribution uses, as a library that is loaded at run time.
//
// `make mpi` compiles this file to `libheartsense-mpi.so` next to the program. Nothing else includes mpi.h, so that the
// programs build and run without MPI. All calls come from one thread at a time. They return a negative number, or NULL,
// after an error, and `heartsense_mpi_error` then describes it.

#define _GNU_SOURCE

#include <fcntl.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Changes whenever a function of this file changes.
enum { interface_version = 1 };

static char last_error[MPI_MAX_ERROR_STRING + 1];

static int failed(int code) {
    int length = 0;
    if (code == MPI_SUCCESS) { return 0; }
    if (MPI_Error_string(code, last_error, &length) != MPI_SUCCESS) {
        snprintf(last_error, sizeof last_error, "MPI error %d", code);
    }
    return 1;
}

int heartsense_mpi_version(void) { return interface_version; }

const char *heartsense_mpi_error(void) { return last_error; }

/// Joins the job. Several threads may call MPI, one at a time.
int heartsense_mpi_start(int *rank, int *size) {
    int provided = 0;
    if (failed(MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided))) { return -1; }
    if (provided < MPI_THREAD_SERIALIZED) {
        snprintf(last_error, sizeof last_error, "this MPI library does not support calls from several threads");
        return -1;
    }
    if (failed(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN))) { return -1; }
    if (failed(MPI_Comm_rank(MPI_COMM_WORLD, rank)) || failed(MPI_Comm_size(MPI_COMM_WORLD, size))) { return -1; }
    return 0;
}

/// Starts to send bytes. They must not change until `heartsense_mpi_test` returns 1.
void *heartsense_mpi_send(const void *bytes, int count, int peer, int tag) {
    MPI_Request *request = malloc(sizeof *request);
    if (request && failed(MPI_Isend(bytes, count, MPI_BYTE, peer, tag, MPI_COMM_WORLD, request))) {
        free(request);
        return NULL;
    }
    return request;
}

/// Starts to receive exactly `count` bytes.
void *heartsense_mpi_receive(void *bytes, int count, int peer, int tag) {
    MPI_Request *request = malloc(sizeof *request);
    if (request && failed(MPI_Irecv(bytes, count, MPI_BYTE, peer, tag, MPI_COMM_WORLD, request))) {
        free(request);
        return NULL;
    }
    return request;
}

/// Returns 1 and releases the request if it is complete, 0 if it is not, and -1 after an error.
int heartsense_mpi_test(void *pending) {
    MPI_Request *request = pending;
    int is_complete = 0;
    if (failed(MPI_Test(request, &is_complete, MPI_STATUS_IGNORE))) { return -1; }
    if (is_complete) { free(request); }
    return is_complete;
}

/// Whether a process is the launcher of Open MPI or its daemon on this host.
static int is_launcher(pid_t process) {
    static const char *const names[] = {"mpirun\n", "mpiexec\n", "orterun\n", "orted\n", "prterun\n", "prted\n"};
    char path[64], name[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", (int)process);
    const int file = open(path, O_RDONLY);
    if (file < 0) { return 0; }
    const ssize_t count = read(file, name, sizeof name - 1);
    close(file);
    for (size_t index = 0; count > 0 && index < sizeof names / sizeof *names; index++) {
        if (strcmp(name, names[index]) == 0) { return 1; }
    }
    return 0;
}

/// Ends the launcher in some seconds if it still exists. Without that it waits for many minutes for a host that it cannot
/// reach. A second SIGTERM makes it end at once.
static void end_launcher_later(void) {
    const pid_t launcher = getppid();
    if (!is_launcher(launcher) || fork() != 0) { return; }
    setsid();
    close_range(0, ~0U, 0);
    for (int pause = 5; pause > 0; pause -= 4) {
        sleep((unsigned)pause);
        if (!is_launcher(launcher)) { break; }
        kill(launcher, SIGTERM);
    }
    _exit(0);
}

/// Ends all processes of the job.
void heartsense_mpi_abort(int status) {
    end_launcher_later();
    MPI_Abort(MPI_COMM_WORLD, status);
}

/// Leaves the job. No request may be pending.
int heartsense_mpi_stop(void) { return failed(MPI_Finalize()) ? -1 : 0; }
