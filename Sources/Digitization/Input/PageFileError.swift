import Foundation
import Processes

/// The reason why a page of a file cannot be read.
struct PageFileError: Error, Equatable {
    let reason: PageReason
}

/// A helper program is missing.
public enum DigitizationError: Error, Equatable {
    /// - Parameter package: the Debian package that has the program.
    case notInstalled(program: String, package: String)
}

extension DigitizationError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notInstalled(let program, let package):
            "The program \(program) is not installed. Install the package \(package)."
        }
    }

    public var errorDescription: String? { description }
}

/// Runs helper programs on a file in a temporary folder, under limits.
struct HelperProgram: Sendable {
    /// The package of each program.
    private static let packages = [
        "pdfinfo": "poppler-utils", "pdftocairo": "poppler-utils", "pdftotext": "poppler-utils",
        "pdftoppm": "poppler-utils", "pdfimages": "poppler-utils", "vips": "libvips-tools",
        "vipsheader": "libvips-tools",
    ]

    /// The processor time of a program. On a busy machine it may run three times as long, but not beyond the deadline of
    /// the file.
    var seconds = 20.0
    var deadline = ContinuousClock.now + .seconds(120)
    var memoryBytes: UInt64 = 1 << 30
    var outputBytes: UInt64 = 256 << 20

    /// Returns the text on standard output.
    ///
    /// - Throws: `PageFileError`, `DigitizationError`.
    func run(_ program: String, _ arguments: [String], in folder: String) throws -> String {
        let left = (deadline - .now) / .seconds(1)
        guard left > 0 else { throw PageFileError(reason: .timeout) }
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.run(
                program, arguments, in: folder, environment: Self.environment(folder),
                limits: ChildProcess.Limits(
                    seconds: min(3 * seconds, left), processorSeconds: seconds, memoryBytes: memoryBytes,
                    outputBytes: outputBytes))
        } catch let error as ChildProcessError {
            switch error {
            case .notInstalled, .cannotStart:
                throw DigitizationError.notInstalled(program: program, package: Self.packages[program] ?? program)
            case .timeout: throw PageFileError(reason: .timeout)
            case .memoryLimit, .outputLimit: throw PageFileError(reason: .memoryLimit)
            case .cannotOpen, .failed: throw PageFileError(reason: .unreadable)
            }
        }
        guard outcome.status == 0 else {
            throw PageFileError(
                reason: outcome.errors.contains("Incorrect password") ? .passwordProtected : .unreadable)
        }
        return outcome.output
    }

    /// One thread for each program, no settings of the user, and temporary files in the folder that is removed: a program
    /// that a limit ends leaves its own.
    private static func environment(_ folder: String) -> [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "TMPDIR": folder,
            "LC_ALL": "C.UTF-8", "VIPS_CONCURRENCY": "1", "OMP_THREAD_LIMIT": "1",
            // ImageMagick, with which `vips` reads BMP: larger pictures are kept in temporary files. A picture of 35 MP
            // then needs 143 MB of memory, else 517 MB.
            "MAGICK_MEMORY_LIMIT": "64MiB", "MAGICK_MAP_LIMIT": "64MiB",
        ].merging(allocator) { first, _ in first }
    }

    /// Settings of the C library with which a program keeps freed memory. Otherwise pdftocairo and tesseract return it to
    /// the kernel and ask for it again many times, which takes a fifth of their time.
    static let allocator = [
        "MALLOC_TOP_PAD_": "16777216", "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "67108864",
    ]
}
