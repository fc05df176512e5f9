import Foundation
import Logging
import Synchronization

/// One JSON object a line on stderr: time, level, message and what belongs to it.
///
/// Messages are constants and the values are ids, counts and names of routes: nothing that a client has sent.
public struct ServerLog: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]

    /// Lines of several threads do not mix.
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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(fields)) ?? Data()
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
