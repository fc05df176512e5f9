import APIErrors
import Foundation
import Logging
import Synchronization

/// Logs to stderr as JSON lines with time, level, message and metadata.
///
/// Messages are constants. Metadata are ids, counts and route names, never data from clients.
public struct ServerLog: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]

    /// Guards stderr, so that lines of different threads do not mix.
    private static let output = Mutex(())

    public static func logger(level: Logger.Level) -> Logger {
        Logger(label: "heartsense-server") { _ in ServerLog(logLevel: level) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let line = Self.line(
            level: event.level, message: "\(event.message)", metadata: metadata.merging(event.metadata ?? [:]) { $1 },
            time: Date())
        Self.output.withLock { _ in FileHandle.standardError.write(Data(line.utf8)) }
    }

    static func line(level: Logger.Level, message: String, metadata: Logger.Metadata, time: Date) -> String {
        var fields = metadata.mapValues { "\($0)" }
        fields["time"] = time.ISO8601Format(.init(includingFractionalSeconds: true))
        fields["level"] = level.rawValue
        fields["message"] = message
        return String(decoding: (try? JSONBody.data(fields)) ?? Data(), as: UTF8.self) + "\n"
    }
}
