import ConfigurationKeys
import Foundation
import LinearAlgebra
import Logging
import Mail

/// How the server is to run.
public struct ServerConfiguration: Equatable, Sendable {
    public var host: String
    /// 0 takes a free one.
    public var port: Int
    /// Threads that decode and classify.
    public var threads: Int
    public var logLevel: Logger.Level
    public var limits: UploadLimits
    public var connections: ConnectionLimits
    public var queue: QueueLimits
    /// Bytes of pictures that are being received or wait.
    public var memoryBytes: Int
    /// Seconds that requests in flight have to finish when the server is told to stop.
    public var shutdownSeconds: Double
    /// Where and how long pictures are kept; nil keeps nothing.
    public var retention: Retention?
    /// How mail is sent; nil without a database, which it waits in.
    public var mail: MailSettings?
    /// Accounts, results, mail; nil where there are none.
    public var accounts: AccountConfiguration?

    /// What a connection may do.
    public struct ConnectionLimits: Equatable, Sendable {
        /// Open at the same time.
        public var count: Int
        /// From a request's first byte to its last.
        public var requestSeconds: Double
        /// Without a request.
        public var idleSeconds: Double
    }

    /// How pictures wait for a thread.
    public struct QueueLimits: Equatable, Sendable {
        /// Pictures that may wait.
        public var pictures: Int
        /// Pictures that a thread takes at a time.
        public var batch: Int
        /// Seconds that a thread waits for pictures that are still arriving.
        public var gatherSeconds: Double
    }

    /// What is kept of the pictures that were sent.
    public struct Retention: Equatable, Sendable {
        public var folder: String
        public var hours: Double
    }

    /// - Parameters:
    ///   - file: a YAML file, or nil for the defaults.
    ///   - environment: `HEARTSENSE_…` variables win over the file.
    /// - Throws: `ServerConfigurationError`, `FileError`.
    public init(file: String? = nil, environment: [String: String] = [:]) throws {
        let settings = try ServerSettings(file: file, environment: environment)
        host = settings.text("host")
        guard !host.isEmpty else { throw settings.badValue("host", expected: "an address such as 127.0.0.1") }
        port = try settings.integer("port", 0 ... 65_535)
        threads =
            settings.text("threads") == "auto"
            ? max(1, ProcessInfo.processInfo.activeProcessorCount) : try settings.integer("threads", 1 ... 1024)
        guard let level = Logger.Level(rawValue: settings.text("log_level")) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw settings.badValue("log_level", expected: "one of \(levels)")
        }
        logLevel = level
        limits = try UploadLimits(settings)
        connections = ConnectionLimits(
            count: try settings.integer("limits.connections", 1 ... 65_535), requestSeconds: limits.seconds,
            idleSeconds: try settings.number("limits.idle_seconds", 0.1 ... 86_400))
        memoryBytes = try settings.integer("limits.memory_bytes", 1 << 20 ... 1 << 40)
        queue = QueueLimits(
            pictures: try settings.integer("queue.pictures", limits.files ... 100_000),
            batch: try settings.integer("queue.batch", 1 ... 256),
            gatherSeconds: try settings.number("queue.gather_milliseconds", 0 ... 1000) / 1000)
        shutdownSeconds = try settings.number("shutdown.seconds", 0 ... 3600)
        let folder = settings.text("retention.folder")
        retention =
            ["off", ""].contains(folder)
            ? nil : Retention(folder: folder, hours: try settings.number("retention.hours", 0.001 ... 87_600))
        mail = try MailSettings(settings)
        accounts = try AccountConfiguration(settings)
    }

    /// Every key with its default and meaning, as a YAML file.
    public static var commentedDefaults: String { ServerKey.commentedDefaults }
}
