import CHDF5
import Foundation

/// Serializes access to libhdf5.
///
/// The library has global state. Every call must be inside `locked`.
enum Library {
    private static let lock = NSRecursiveLock()

    private static let start: Void = {
        // All files are flushed and closed explicitly. At exit, libhdf5 would retry failed writes (full disk) and
        // crash.
        H5dont_atexit()
        H5open()
        // Prevents loading of plugins for filters that a file names.
        H5PLset_loading_state(0)
    }()

    /// IEEE half precision, little-endian in memory and in the file. It is never released, like the types of libhdf5.
    static let half: hid_t = locked {
        let type = chdf5_make_half()
        precondition(type >= 0, "libhdf5 cannot create the half-precision type: \(lastReason())")
        return type
    }

    static func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        _ = start
        chdf5_be_silent()
        return try body()
    }

    /// Returns the innermost message of libhdf5 about the last failed call, and clears the error stack.
    static func lastReason() -> String {
        var reason = ""
        withUnsafeMutablePointer(to: &reason) { pointer in
            _ = chdf5_walk_errors(
                { _, entry, context in
                    if let text = entry?.pointee.desc {
                        context!.assumingMemoryBound(to: String.self).pointee = String(cString: text)
                    }
                    return 0
                }, pointer)
        }
        chdf5_forget_errors()
        return reason.isEmpty ? "libhdf5 gives no reason" : shortened(reason)
    }

    /// Extracts the system's message from the message of a failed write, which contains the whole driver state.
    private static func shortened(_ reason: String) -> String {
        guard let start = reason.range(of: "error message = '"),
            let end = reason.range(of: "'", range: start.upperBound ..< reason.endIndex)
        else { return reason }
        return String(reason[start.upperBound ..< end.lowerBound])
    }
}
