import CHDF5
import Foundation

/// The one way into libhdf5.
///
/// The library keeps global state: whatever calls it does so inside `locked`, one thread at a time.
enum Library {
    private static let lock = NSRecursiveLock()

    private static let start: Void = {
        // Whatever is written is flushed and closed where it is written. What could not be (a full disk) the library
        // would try again when the process ends, and crash on what is left of it.
        H5dont_atexit()
        H5open()
        // A filter named in a file must not make the library look for a plugin to load.
        H5PLset_loading_state(0)
    }()

    /// IEEE half precision, little-endian; as for all types, memory and file are the same here. Kept for ever, like
    /// libhdf5's own types.
    static let half: hid_t = locked {
        let type = chdf5_make_half()
        precondition(type >= 0, "libhdf5 makes no type for half precision: \(lastReason())")
        return type
    }

    static func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        _ = start
        chdf5_be_silent()
        return try body()
    }

    /// What libhdf5 says about the call that has just failed: the innermost message. Forgets it.
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
        return reason.isEmpty ? "the HDF5 library gives no reason" : shortened(reason)
    }

    /// A write that failed carries the whole state of the driver: the system's sentence is what people need.
    private static func shortened(_ reason: String) -> String {
        guard let start = reason.range(of: "error message = '"),
            let end = reason.range(of: "'", range: start.upperBound ..< reason.endIndex)
        else { return reason }
        return String(reason[start.upperBound ..< end.lowerBound])
    }
}
