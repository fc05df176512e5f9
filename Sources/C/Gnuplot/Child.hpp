#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// A file in memory, closed by its destructor.
class MemoryFile {
  public:
    /// Throws std::system_error.
    explicit MemoryFile(const char *name);
    ~MemoryFile();
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;

    int descriptor() const { return descriptor_; }
    std::size_t size() const;
    /// Returns the first `limit` bytes.
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

/// Runs `program -d` with files as standard streams, in its own process group, and waits for it.
///
/// Throws std::system_error if it cannot be started (ENOENT: no such program).
ChildStatus runOnFiles(
    const std::string &program, const MemoryFile &input, const MemoryFile &output, const MemoryFile &errors,
    double seconds);
