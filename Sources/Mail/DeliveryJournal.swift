import Foundation

/// What is known of the one message that is being handed over, in a file beside the database.
///
/// A database's commit takes milliseconds, in which a process can be killed. A note here is one `pwrite` of a few bytes
/// into a block that the file has already: once it has returned it outlives the process, on a full disk and whoever
/// holds the database. So there is no time to speak of between knowing something and having noted it.
///
/// The file is locked as long as it is open: who can open it is the only one that delivers.
final class DeliveryJournal {
    enum State: UInt8 {
        /// The end of the message is being written.
        case ending = 1
        /// The server has said 250.
        case accepted = 2
        /// The server has said no.
        case refused = 3
    }

    struct Note: Equatable {
        /// The row of the outbox.
        let message: Int64
        /// How often it had been tried: an old note is not about a new attempt.
        let attempt: Int64
        let state: State
    }

    private static let magic = Array("HSMAIL1\n".utf8)
    private let path: String
    private let descriptor: Int32

    /// Opens the file, or makes it.
    ///
    /// - Returns: nil if another process has it.
    /// - Throws: `MailError.journal`.
    init?(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        try prepare()
    }

    /// Runs as well where `init` has opened the file and fails then.
    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Gives a new file its block.
    private func prepare() throws {
        var head = [UInt8](repeating: 0, count: 8)
        switch pread(descriptor, &head, 8, 0) {
        case 8 where head == Self.magic: return
        case 0:
            let block = Self.magic + [UInt8](repeating: 0, count: 4096 - 8)
            guard pwrite(descriptor, block, block.count, 0) == block.count, fsync(descriptor) == 0 else {
                throw Self.error(path)
            }
        default: throw MailError.journal(path: path, reason: "it holds something else")
        }
    }

    /// The last note; nil where there is none.
    func note() throws -> Note? {
        var bytes = [UInt8](repeating: 0, count: 24)
        guard pread(descriptor, &bytes, 24, 8) == 24 else { throw Self.error(path) }
        guard let state = State(rawValue: bytes[16]) else { return nil }
        func number(_ offset: Int) -> Int64 {
            bytes[offset ..< offset + 8].reversed().reduce(0) { $0 << 8 | Int64($1) }
        }
        return Note(message: number(0), attempt: number(8), state: state)
    }

    /// - Parameter flushed: waits for the disk, for a note that is to outlive the machine's power as well. Not for
    ///   `ending`: the wait would stand between the note and what it says.
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
