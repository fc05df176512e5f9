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
    /// The listener for metrics and health; nil if the first one has both.
    public var operations: Operations?
    /// The limit in bytes for pictures that are being received or wait, and for large responses.
    public var memoryBytes: Int
    /// The time in seconds for requests in flight when the server stops.
    public var shutdownSeconds: Double
    /// The time in seconds between the signal to stop and the end of listening. The server is not ready meanwhile.
    public var shutdownDelaySeconds: Double
    /// The storage of pictures without an account; nil if they are not stored.
    public var retention: Retention?
    /// The storage of the results of uploads without an account.
    public var uploads: Uploads
    /// The settings for sending mail; nil without a database.
    public var mail: MailSettings?
    /// Whether browsers reach the server over TLS, by its public URL.
    public var isPublicOverTLS: Bool
    /// The origins of other front ends that may use the API, such as `https://app.example.org`.
    public var origins: [String]
    /// The settings of accounts; nil without a database.
    public var accounts: AccountConfiguration?
    /// The files of the configuration and of secrets that other users can read.
    public var exposedFiles: [String]

    /// Whether the server has a public address.
    private var hasPublicURL: Bool

    /// The limits of connections.
    public struct ConnectionLimits: Equatable, Sendable {
        /// The maximum number of open connections.
        public var count: Int
        /// The time limit in seconds for receiving a request.
        public var requestSeconds: Double
        /// The time in seconds after which a connection without a request is closed.
        public var idleSeconds: Double
        /// The maximum number of open connections of one address.
        public var perAddress: Int
        /// The maximum time in seconds in which a client reads nothing of its response.
        public var responseSeconds: Double
        /// The time in seconds after which a stopping server closes a connection.
        public var stopSeconds: Double
    }

    /// A listener of its own for metrics and health.
    public struct Operations: Equatable, Sendable {
        public var host: String
        public var port: Int
    }

    /// The number of threads for large pictures. Each picture in work can take 200 MB.
    var largeThreads: Int { max(1, threads / 4) }

    /// The limits of the queue of pictures.
    public struct QueueLimits: Equatable, Sendable {
        /// The maximum number of waiting pictures.
        public var pictures: Int
        /// Above this number of pixels, pictures and uploads have threads of their own.
        public var largePixels: Int
        /// The maximum number of pixels of large pictures that wait.
        public var waitingPixels: Int
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
        threads = try settings.integer("threads", or: "auto") ?? Cores.count
        logLevel = try settings.choice("log_level", Logger.Level.self)
        limits = try UploadLimits(settings)
        shutdownSeconds = try settings.number("shutdown.seconds")
        connections = ConnectionLimits(
            count: try settings.integer("limits.connections"), requestSeconds: limits.seconds,
            idleSeconds: try settings.number("limits.idle_seconds"),
            perAddress: try settings.integer("limits.connections_per_address"),
            responseSeconds: try settings.number("limits.response_seconds"), stopSeconds: shutdownSeconds)
        operations = try settings.integer("operations.port", or: "off").map {
            Operations(host: settings.text("operations.host"), port: $0)
        }
        memoryBytes = try settings.integer("limits.memory_bytes")
        queue = QueueLimits(
            pictures: try settings.integer("queue.pictures"),
            largePixels: Int(try settings.number("queue.large_megapixels") * 1e6),
            waitingPixels: Int(try settings.number("queue.megapixels") * 1e6),
            batch: try settings.integer("queue.batch"),
            gatherSeconds: try settings.number("queue.gather_milliseconds") / 1000)
        guard queue.pictures >= limits.files else {
            throw settings.badValue("queue.pictures", expected: "a whole number from \(limits.files) to 100000")
        }
        shutdownDelaySeconds = try settings.number("shutdown.delay_seconds")
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
        isPublicOverTLS = settings.text("accounts.public_url").lowercased().hasPrefix("https://")
        accounts = try AccountConfiguration(settings)
        exposedFiles = settings.exposedFiles
        hasPublicURL = !["off", ""].contains(settings.text("accounts.public_url"))
    }

    /// Settings that work, but are probably not meant.
    public var warnings: [Warning] {
        var warnings: [Warning] = []
        if ["0.0.0.0", "::", "[::]"].contains(host), !hasPublicURL {
            warnings.append(.noPublicURL(host: host))
        }
        if let accounts, let url = accounts.publicURL, url.hasPrefix("https:"), accounts.clientHeader == nil {
            warnings.append(.noClientHeader(publicURL: url))
        }
        return warnings + exposedFiles.map { .exposedFile(path: $0) }
    }

    /// A setting that works, but is probably not meant.
    public enum Warning: Equatable, Sendable, CustomStringConvertible {
        case noPublicURL(host: String)
        case noClientHeader(publicURL: String)
        case exposedFile(path: String)

        public var description: String {
            switch self {
            case .noPublicURL(let host):
                "host is \(host), but accounts.public_url is off. Other machines can connect without TLS, and links in "
                    + "mail do not lead to this server. Set accounts.public_url to the address of the TLS proxy."
            case .noClientHeader(let url):
                "accounts.public_url is \(url), but accounts.client_header is off. Limits count all clients of the TLS "
                    + "proxy as one. Set accounts.client_header to the header in which it sends the client's address."
            case .exposedFile(let path):
                "\(path): other users can read this file of the configuration. Run chmod 600 on it."
            }
        }
    }

    private static func origins(_ settings: Settings) throws -> [String] {
        let text = settings.text("cors.origins").lowercased()
        if ["off", ""].contains(text) { return [] }
        let origins = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard origins.allSatisfy({ $0.wholeMatch(of: /https?:\/\/[a-z0-9.\-:\[\]]+/) != nil }) else {
            throw settings.badValue(
                "cors.origins", expected: "origins such as https://app.example.org, separated by commas, or off")
        }
        return origins
    }

    /// All keys with defaults and meanings, as a YAML file.
    public static var commentedDefaults: String { ServerKeys.table.commentedDefaults() }
}
