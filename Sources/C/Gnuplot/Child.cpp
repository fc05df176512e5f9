#include "Child.hpp"

#include "CSpawn.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

extern char **environ;

namespace {

// A limit for a program that runs away. A page of 48 thumbnails is about 1 MB.
constexpr std::size_t largestOutput = std::size_t{256} << 20;

[[noreturn]] void fail(int code, const char *what) { throw std::system_error(code, std::generic_category(), what); }

/// Returns the environment without variables that change gnuplot's output: start-up files, terminals, languages.
std::vector<std::string> neutralEnvironment() {
    std::vector<std::string> kept;
    for (char **entry = environ; entry && *entry; ++entry) {
        const std::string_view text(*entry);
        bool changesAnswer = false;
        for (const std::string_view prefix : {"GNUPLOT", "GNUTERM", "FIT_", "LC_", "LANG", "GDFONTPATH"}) {
            changesAnswer = changesAnswer || text.substr(0, prefix.size()) == prefix;
        }
        if (!changesAnswer) kept.emplace_back(text);
    }
    kept.emplace_back("LC_ALL=C.UTF-8");
    return kept;
}

int waitForGroupLeader(pid_t child, int options, int *status) {
    int result;
    do {
        result = waitpid(child, status, options);
    } while (result < 0 && errno == EINTR);
    return result;
}

}  // namespace

MemoryFile::MemoryFile(const char *name) : descriptor_(memfd_create(name, MFD_CLOEXEC)) {
    if (descriptor_ < 0) fail(errno, "memfd_create");
    // Keeps the descriptor above the standard streams, which are the targets of dup2 in the child.
    if (descriptor_ > 2) return;
    const int moved = fcntl(descriptor_, F_DUPFD_CLOEXEC, 3);
    const int reason = errno;
    close(descriptor_);
    if (moved < 0) fail(reason, "fcntl");
    descriptor_ = moved;
}

MemoryFile::~MemoryFile() { close(descriptor_); }

std::size_t MemoryFile::size() const {
    struct stat status;
    if (fstat(descriptor_, &status) != 0) fail(errno, "fstat");
    return static_cast<std::size_t>(status.st_size);
}

std::vector<char> MemoryFile::content(std::size_t limit) const {
    std::vector<char> bytes(std::min(size(), limit));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(errno, "pread");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

ChildStatus runOnFiles(
    const std::string &program, const MemoryFile &input, const MemoryFile &output, const MemoryFile &errors,
    double seconds) {
    if (lseek(input.descriptor(), 0, SEEK_SET) < 0) fail(errno, "lseek");
    std::vector<std::string> environment = neutralEnvironment();
    std::vector<char *> environmentPointers;
    for (std::string &entry : environment) environmentPointers.push_back(entry.data());
    environmentPointers.push_back(nullptr);
    std::string name = program, defaultSettings = "-d";
    char *arguments[] = {name.data(), defaultSettings.data(), nullptr};

    pid_t child;
    const int streams[] = {input.descriptor(), output.descriptor(), errors.descriptor()};
    if (int code = spawn_program(
            &child, program.c_str(), arguments, environmentPointers.data(), nullptr, streams, true, nullptr)) {
        fail(code, "spawn_program");
    }

    using clock = std::chrono::steady_clock;
    const auto allowed = std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
    const auto deadline = clock::now() + allowed;
    auto pause = std::chrono::microseconds(500);
    int status = 0;
    while (true) {
        const int waited = waitForGroupLeader(child, WNOHANG, &status);
        if (waited == child) break;
        if (waited < 0) fail(errno, "waitpid");
        const bool late = clock::now() >= deadline;
        const bool tooMuch = output.size() > largestOutput || errors.size() > largestOutput;
        if (late || tooMuch) {
            kill(-child, SIGKILL);
            waitForGroupLeader(child, 0, &status);
            return {late ? Ending::timedOut : Ending::tooMuch, SIGKILL};
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(10000));
    }
    if (WIFSIGNALED(status)) return {Ending::killed, WTERMSIG(status)};
    return {Ending::exited, WEXITSTATUS(status)};
}
