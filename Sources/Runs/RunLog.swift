import Foundation
import Logging
import Synchronization

/// The log of a run: short lines on stderr, and the same lines with times in `log.txt`.
public struct RunLog: LogHandler {
    /// The log file, shared by all copies of the handler.
    final class Sink: Sendable {
        private let file: Mutex<FileHandle?>

        init(path: String?) {
            let descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_APPEND, 0o644) } ?? -1
            file = Mutex(descriptor < 0 ? nil : FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
        }

        func write(_ line: String) {
            // A log line that cannot be written (a full disk) must not end the run.
            file.withLock { try? $0?.write(contentsOf: Data(line.utf8)) }
        }
    }

    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    private let sink: Sink

    /// Returns a logger that writes to stderr and appends to `path` unless it is nil.
    public static func logger(appendingTo path: String?) -> Logger {
        let sink = Sink(path: path)
        return Logger(label: "heartsense") { _ in RunLog(sink: sink) }
    }

    init(sink: Sink) { self.sink = sink }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let prefix = event.level >= .warning ? "\(event.level): " : ""
        FileHandle.standardError.write(Data("\(prefix)\(event.message)\n".utf8))
        sink.write("\(RunFolder.timeStamp(.log)) \(event.level): \(event.message)\n")
    }
}
