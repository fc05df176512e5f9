import ConfigurationKeys
import Foundation
import LinearAlgebra
import Logging
import Mail
import Uploads

/// The settings of the server.
public struct ServerConfiguration: Equatable, Sendable {
    public var host: String
    /// The port; 0 for any free port.
    public var port: Int
    /// The number of threads that decode and classify.
    public var threads: Int
    public var logLevel: Logger.Level
    public var limits: UploadLimits
    public var connections: ConnectionLimits
    public var queue: QueueLimits
    /// The limit in bytes for pictures that are being received or wait.
    public var memoryBytes: Int
    /// The time in seconds for requests in flight when the server stops.
    public var shutdownSeconds: Double
    /// The storage of pictures without an account; nil if they are not stored.
    public var retention: Retention?
    /// The storage of the results of uploads without an account.
    public var uploads: Uploads
    /// The settings for sending mail; nil without a database.
    public var mail: MailSettings?
    /// The origins of other front ends that may use the API, such as `https://app.example.org`.
    public var origins: [String]
    /// The settings of accounts; nil without a database.
    public var accounts: AccountConfiguration?

    /// The limits of connections.
    public struct ConnectionLimits: Equatable, Sendable {
        /// The maximum number of open connections.
        public var count: Int
        /// The time limit in seconds for receiving a request.
        public var requestSeconds: Double
        /// The time in seconds after which a connection without a request is closed.
        public var idleSeconds: Double
    }

    /// The limits of the queue of pictures.
    public struct QueueLimits: Equatable, Sendable {
        /// The maximum number of waiting pictures.
        public var pictures: Int
        /// The maximum number of pictures in a batch.
        public var batch: Int
        /// The time in seconds that a thread waits for announced pictures.
        public var gatherSeconds: Double
    }

    /// The storage of the results of uploads.
    public struct Uploads: Equatable, Sendable {
        public var folder: String
        public var seconds: Double
        /// Whether stored pages show nothing that names the patient.
        public var deidentifies: Bool
    }

    /// The storage of uploaded pictures.
    public struct Retention: Equatable, Sendable {
        public var folder: String
        public var hours: Double
    }

    /// - Parameters:
    ///   - file: A YAML file; nil for the defaults.
    ///   - environment: `HEARTSENSE_…` variables, which override the file.
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
        let uploadFolder = settings.text("retention.upload_folder")
        uploads = Uploads(
            folder: ["auto", ""].contains(uploadFolder) ? UploadFolder.standardPath : uploadFolder,
            seconds: try settings.number("retention.upload_minutes") * 60,
            deidentifies: settings.text("retention.deidentify") != "false")
        origins = try Self.origins(settings)
        mail = try MailSettings(settings)
        accounts = try AccountConfiguration(settings)
    }

    private static func origins(_ settings: Settings) throws -> [String] {
        let text = settings.text("cors.origins").lowercased()
        if ["off", ""].contains(text) { return [] }
        let origins = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard origins.allSatisfy({ $0.wholeMatch(of: /https?:\/\/[a-z0-9.\-:\[\]]+/) != nil }) else {
            throw settings.badValue(
                "cors.origins", expected: "origins such as https://app.example.org, separated by commas, or off")
        }
        return origins
    }

    /// All keys with defaults and meanings, as a YAML file.
    public static var commentedDefaults: String { ServerKeys.table.commentedDefaults() }
}
