import Foundation

/// The state of the one message in transit, in a file next to the database.
///
/// A commit to the database takes milliseconds, in which the process can be killed. A note here is one `pwrite` of a few
/// bytes into an allocated block. It survives the process as soon as it returns, also on a full disk and while another
/// process locks the database. The gap between an event and its note is negligible.
///
/// The file is locked while it is open, so that only one process delivers.
final class DeliveryJournal {
    enum State: UInt8 {
        /// The end of the message is being written.
        case ending = 1
        /// The server has replied 250.
        case accepted = 2
        /// The server has rejected the message.
        case refused = 3
    }

    struct Note: Equatable {
        /// The row of the outbox.
        let message: Int64
        /// The number of the attempt, so that a later attempt ignores the note.
        let attempt: Int64
        let state: State
    }

    private static let magic = Array("HSMAIL1\n".utf8)
    private let path: String
    private let descriptor: Int32

    /// Opens or creates the file.
    ///
    /// - Returns: Nil if another process has locked it.
    /// - Throws: `MailError.journal`.
    init?(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        try prepare()
    }

    /// Also runs if `init` fails after opening the file.
    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Allocates the block of a new file.
    private func prepare() throws {
        var head = [UInt8](repeating: 0, count: 8)
        switch pread(descriptor, &head, 8, 0) {
        case 8 where head == Self.magic: return
        case 0:
            let block = Self.magic + [UInt8](repeating: 0, count: 4096 - 8)
            guard pwrite(descriptor, block, block.count, 0) == block.count, fsync(descriptor) == 0 else {
                throw Self.error(path)
            }
        default: throw MailError.journal(path: path, reason: "the file has other content. Move it away")
        }
    }

    /// The last note; nil if there is none.
    func note() throws -> Note? {
        var bytes = [UInt8](repeating: 0, count: 24)
        guard pread(descriptor, &bytes, 24, 8) == 24 else { throw Self.error(path) }
        guard let state = State(rawValue: bytes[16]) else { return nil }
        func number(_ offset: Int) -> Int64 {
            bytes[offset ..< offset + 8].reversed().reduce(0) { $0 << 8 | Int64($1) }
        }
        return Note(message: number(0), attempt: number(8), state: state)
    }

    /// - Parameter flushed: Whether to wait for the disk, so that the note survives a power failure. Not for `ending`: the
    ///   wait would separate the note from the event.
    func put(_ note: Note, flushed: Bool = false) throws {
        var bytes: [UInt8] = []
        for number in [note.message, note.attempt] {
            bytes += (0 ..< 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        bytes += [note.state.rawValue] + [UInt8](repeating: 0, count: 7)
        guard pwrite(descriptor, bytes, bytes.count, 8) == bytes.count else { throw Self.error(path) }
        if flushed { fdatasync(descriptor) }
    }

    private static func error(_ path: String) -> MailError {
        .journal(path: path, reason: String(cString: strerror(errno)))
    }
}
