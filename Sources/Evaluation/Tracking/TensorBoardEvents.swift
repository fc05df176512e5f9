import Files
import Foundation

/// Writes an event file for TensorBoard: named numbers by step.
///
/// A record consists of its length, the masked checksum of the length, a `tensorflow.Event` and its masked checksum.
/// Steps are appended as they occur, so TensorBoard can follow a running training. The file of an interrupted run
/// remains readable.
///
/// - Source: TensorFlow's `record_writer.cc`, `event.proto` and `summary.proto`.
public final class TensorBoardEvents {
    public let path: String
    private let file: FileHandle

    /// Creates a new file in `folder`, which is created if needed.
    ///
    /// - Parameter start: The start of the run, which is part of the file's name.
    /// - Throws: `FileError`.
    public init(folder: String, start: Date) throws {
        try AtomicFile.makeFolder(folder)
        // TensorBoard reads files with "tfevents" in their name, ordered by the time in the name.
        let seconds = String(Int(start.timeIntervalSince1970))
        let name = "events.out.tfevents.\(String(repeating: "0", count: max(0, 10 - seconds.count)))\(seconds)"
        var path = "\(folder)/\(name).heartsense"
        var descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        var number = 2
        while descriptor < 0, errno == EEXIST {
            path = "\(folder)/\(name).heartsense.\(number)"
            descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
            number += 1
        }
        guard descriptor >= 0 else { throw FileError.lastError(writing: path) }
        self.path = path
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var event = Self.event(at: start, step: 0)
        event.add("brain.Event:2", field: 3)
        try append(event)
    }

    /// Appends the numbers of one step.
    ///
    /// - Parameter values: The numbers by tag. The part of a tag before the first `/` is the section in TensorBoard.
    /// - Throws: `FileError.cannotWrite`.
    public func add(_ values: [(tag: String, value: Double)], step: Int, at time: Date) throws {
        var summary = ProtobufMessage()
        for (tag, value) in values {
            var entry = ProtobufMessage()
            entry.add(tag, field: 1)
            entry.add(Float(value), field: 2)
            summary.add(entry, field: 1)
        }
        var event = Self.event(at: time, step: step)
        event.add(summary, field: 5)
        try append(event)
    }

    private static func event(at time: Date, step: Int) -> ProtobufMessage {
        var event = ProtobufMessage()
        event.add(time.timeIntervalSince1970, field: 1)
        event.add(Int64(step), field: 2)
        return event
    }

    private func append(_ event: ProtobufMessage) throws {
        do {
            try file.write(contentsOf: Data(Self.record(event.bytes)))
        } catch {
            throw FileError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    /// Encodes one TFRecord.
    static func record(_ data: [UInt8]) -> [UInt8] {
        func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let length = bytes(UInt64(data.count))
        return length + bytes(CRC32C.masked(length)) + data + bytes(CRC32C.masked(data))
    }
}
