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
    /// - Throws: `ConfigurationError`, `FileError`.
    public init(file: String? = nil, environment: [String: String] = [:]) throws {
        let settings = try Settings(file: file, environment: environment)
        host = settings.text("host")
        guard !host.isEmpty else { throw settings.badValue("host", expected: "an address such as 127.0.0.1") }
        port = try settings.integer("port")
        threads = try settings.integer("threads", or: "auto") ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
        logLevel = try settings.choice("log_level", Logger.Level.self)
        limits = try UploadLimits(settings)
        connections = ConnectionLimits(
            count: try settings.integer("limits.connections"), requestSeconds: limits.seconds,
            idleSeconds: try settings.number("limits.idle_seconds"))
        memoryBytes = try settings.integer("limits.memory_bytes")
        queue = QueueLimits(
            pictures: try settings.integer("queue.pictures"), batch: try settings.integer("queue.batch"),
            gatherSeconds: try settings.number("queue.gather_milliseconds") / 1000)
        guard queue.pictures >= limits.files else {
            throw settings.badValue("queue.pictures", expected: "a whole number from \(limits.files) to 100000")
        }
        shutdownSeconds = try settings.number("shutdown.seconds")
        let folder = settings.text("retention.folder")
        retention =
            ["off", ""].contains(folder)
            ? nil : Retention(folder: folder, hours: try settings.number("retention.hours"))
        mail = try MailSettings(settings)
        accounts = try AccountConfiguration(settings)
    }

    /// Every key with its default and meaning, as a YAML file.
    public static var commentedDefaults: String { ServerKeys.table.commentedDefaults() }
}
