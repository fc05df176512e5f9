import APIErrors
import Foundation
import Logging
import Synchronization

/// Logs to stderr as JSON lines with time, level, message and metadata.
///
/// Messages are constants. Metadata are ids, counts and route names. Their only data from clients is the id that a caller
/// gave its request. Numbers are numbers in JSON.
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
        var fields = metadata
        fields["time"] = "\(time.ISO8601Format(.init(includingFractionalSeconds: true)))"
        fields["level"] = "\(level.rawValue)"
        fields["message"] = "\(message)"
        return String(decoding: (try? JSONBody.data(LogValue(value: .dictionary(fields)))) ?? Data(), as: UTF8.self)
            + "\n"
    }
}

/// A value of a log line in JSON.
private struct LogValue: Encodable {
    let value: Logger.Metadata.Value

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .stringConvertible(let number as Int): try container.encode(number)
        case .stringConvertible(let number as Int32): try container.encode(number)
        case .stringConvertible(let number as Double) where number.isFinite: try container.encode(number)
        case .stringConvertible(let flag as Bool): try container.encode(flag)
        case .string, .stringConvertible: try container.encode("\(value)")
        case .array(let values): try container.encode(values.map(LogValue.init))
        case .dictionary(let values): try container.encode(values.mapValues(LogValue.init))
        }
    }
}
