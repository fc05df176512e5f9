#include "CGnuplot.h"
#include "Child.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <locale>
#include <system_error>
#include <unistd.h>

#include <gnuplot-iostream.h>

namespace {

constexpr std::size_t longestMessage = 4096;

/// Copies `bytes` with a final zero into memory to be freed with `free`.
template <typename Byte> Byte *copy(const std::vector<char> &bytes) {
    auto *memory = static_cast<char *>(std::malloc(bytes.size() + 1));
    if (!memory) throw std::bad_alloc();
    std::memcpy(memory, bytes.data(), bytes.size());
    memory[bytes.size()] = 0;
    return reinterpret_cast<Byte *>(memory);
}

char *copyOrNull(const char *text) { return text ? strdup(text) : nullptr; }

/// Writes the data blocks and the script to `file`. gnuplot reads a file instead of a pipe, so a gnuplot that dies or
/// stops reading cannot raise SIGPIPE or block this process.
void compose(const MemoryFile &file, const CGnuplotTable *tables, std::size_t count, const char *script) {
    const int descriptor = fcntl(file.descriptor(), F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "fcntl");
    std::FILE *stream = fdopen(descriptor, "w");
    if (!stream) {
        const int reason = errno;
        close(descriptor);
        throw std::system_error(reason, std::generic_category(), "fdopen");
    }
    Gnuplot gnuplot(stream);  // closes the stream
    // Writes 15 significant digits, with a decimal point in every locale.
    gnuplot.imbue(std::locale::classic());
    gnuplot << std::setprecision(15);
    gnuplot.unsetf(std::ios::floatfield);
    for (std::size_t index = 0; index < count; ++index) {
        const CGnuplotTable &table = tables[index];
        std::vector<std::vector<double>> rows;
        rows.reserve(table.rows);
        for (std::size_t row = 0; row < table.rows; ++row) {
            const double *first = table.values + row * table.columns;
            rows.emplace_back(first, first + table.columns);
        }
        // `send1d` ends the rows with a line "e", which is used as the end mark of the block.
        gnuplot << "$" << table.name << " << e\n";
        gnuplot.send1d(rows);
    }
    gnuplot << script << "\n" << std::flush;
    // Does not use `exceptions`, because the library flushes again in its destructor, where an exception would
    // terminate the program.
    if (!gnuplot) throw std::system_error(ENOSPC, std::generic_category(), "the script");
}

CGnuplotResult draw(
    const char *program, const CGnuplotTable *tables, std::size_t count, const char *script, double seconds) {
    MemoryFile input("gnuplot-script"), output("gnuplot-drawing"), errors("gnuplot-errors");
    compose(input, tables, count, script);
    const ChildStatus status = runOnFiles(program, input, output, errors, seconds);

    const std::vector<char> said = errors.content(longestMessage);
    CGnuplotResult result{};
    result.code = status.code;
    if (!said.empty()) result.message = copy<char>(said);
    switch (status.ending) {
        case Ending::timedOut: result.outcome = CGnuplotTimedOut; return result;
        case Ending::tooMuch: result.outcome = CGnuplotTooMuch; return result;
        case Ending::killed: result.outcome = CGnuplotKilled; return result;
        case Ending::exited: break;
    }
    if (status.code != 0) {
        result.outcome = CGnuplotRefused;
    } else if (output.size() == 0) {
        result.outcome = CGnuplotNothing;
    } else {
        try {
            const std::vector<char> bytes = output.content(output.size());
            result.output = copy<uint8_t>(bytes);
            result.outputLength = bytes.size();
            result.outcome = CGnuplotDrawn;
        } catch (...) {
            cgnuplot_free(&result);
            throw;
        }
    }
    return result;
}

CGnuplotResult failure(CGnuplotOutcome outcome, int code, const char *message) {
    CGnuplotResult result{};
    result.outcome = outcome;
    result.code = code;
    result.message = copyOrNull(message);
    return result;
}

}  // namespace

CGnuplotResult cgnuplot_draw(
    const char *program, const CGnuplotTable *tables, size_t tableCount, const char *script, double seconds) {
    try {
        return draw(program, tables, tableCount, script, seconds);
    } catch (const std::system_error &error) {
        const int code = error.code().value();
        const bool isMissing = code == ENOENT || code == ENOTDIR;
        return failure(isMissing ? CGnuplotMissing : CGnuplotNotStarted, code, error.what());
    } catch (const std::exception &error) {
        return failure(CGnuplotNotStarted, 0, error.what());
    } catch (...) {
        return failure(CGnuplotNotStarted, 0, nullptr);
    }
}

void cgnuplot_free(CGnuplotResult *result) {
    std::free(result->output);
    std::free(result->message);
    *result = CGnuplotResult{};
}
