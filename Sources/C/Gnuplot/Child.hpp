#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// A file in memory that is closed with its owner.
class MemoryFile {
  public:
    /// Throws std::system_error.
    explicit MemoryFile(const char *name);
    ~MemoryFile();
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;

    int descriptor() const { return descriptor_; }
    std::size_t size() const;
    /// The first `limit` bytes.
    std::vector<char> content(std::size_t limit) const;

  private:
    int descriptor_;
};

enum class Ending { exited, killed, timedOut, tooMuch };

struct ChildStatus {
    Ending ending;
    /// Exit status or signal.
    int code;
};

/// Runs `program -d` on files alone, in a process group of its own, and waits for it.
///
/// Throws std::system_error when it cannot be started (ENOENT: no such program).
ChildStatus runOnFiles(
    const std::string &program, const MemoryFile &input, const MemoryFile &output, const MemoryFile &errors,
    double seconds);
