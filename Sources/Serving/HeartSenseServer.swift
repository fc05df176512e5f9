import Accounts
import Foundation
import Hummingbird
import HummingbirdCore
import Inference
import Logging
import Mail
import NIOCore
import ServiceLifecycle
import Storage
import Uploads

/// The server: models, their routes and background services.
public struct HeartSenseServer: Sendable {
    let configuration: ServerConfiguration
    let models: UploadModels
    let logger: Logger

    /// - Parameter models: The paths of the model files. `POST /predict` uses the first model of pictures.
    /// - Throws: `ModelFileError`, `FileError`.
    public init(models: [String], configuration: ServerConfiguration, logger: Logger) throws {
        self.models = try UploadModels(contentsOf: models)
        self.configuration = configuration
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT. Requests in flight are finished first.
    ///
    /// - Parameter onListening: Receives the port when the server listens.
    /// - Throws: Errors of the start, such as a port in use, a retention folder that cannot be created, or a database that
    ///   cannot be used.
    public func run(onListening: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        let telemetry = Telemetry()
        let service = models.pictures.first.map {
            PredictionService(predictor: $0, configuration: configuration, telemetry: telemetry)
        }
        defer { service?.stop() }
        let explanations = models.pictures.first.map {
            PredictionService(predictor: $0, configuration: configuration, telemetry: telemetry, explains: true)
        }
        defer { explanations?.stop() }
        let uploads = UploadQueue(threads: configuration.threads, capacity: configuration.queue.pictures)
        defer { uploads.stop() }
        let store = try configuration.retention.map {
            try PictureStore($0, limits: configuration.limits.page, logger: logger)
        }
        let address = ServerAddress(
            configured: configuration.accounts?.publicURL, host: configuration.host, port: configuration.port)
        let accounts = try configuration.accounts.map { try openAccounts($0, address: address) }
        defer { accounts?.stop() }
        let uploadStore = UploadStore(
            folder: try UploadFolder(configuration.uploads.folder, seconds: configuration.uploads.seconds),
            accounts: accounts, logger: logger)
        let routes = try Self.routes(
            configuration: configuration, models: models, service: service, explanations: explanations,
            uploads: uploads, telemetry: telemetry, store: store, uploadStore: uploadStore)
        let application = Application(
            router: routes.router(telemetry: telemetry, origins: configuration.origins), server: server(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "heartsense",
                backlog: 1024,
                availableConnectionsDelegate: .maximum(configuration.connections.count, logger: logger)),
            services: services(store: store, accounts: accounts) + [uploadStore],
            onServerRunning: { channel in
                // Runs before the first request is read.
                let port = channel.localAddress?.port ?? 0
                address.isListening(on: port)
                await onListening(port)
            }, logger: logger)
        var group = ServiceGroupConfiguration(
            services: [.init(service: application)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(configuration.shutdownSeconds)
        try await ServiceGroup(configuration: group).run()
    }

    private func openAccounts(_ accounts: AccountConfiguration, address: ServerAddress) throws -> AccountService {
        AccountService(
            accounts, storage: try ServerDatabase(path: accounts.database, byteLimit: accounts.databaseBytes),
            limits: configuration.limits, address: address)
    }

    private func services(store: PictureStore?, accounts: AccountService?) -> [any Service] {
        var services: [any Service] = []
        if let store { services.append(store) }
        if let accounts {
            services.append(
                RetentionSweeper(
                    storage: accounts.storage, resultSeconds: accounts.configuration.resultSeconds,
                    pictureSeconds: accounts.configuration.pictureSeconds, mail: configuration.mail?.folder,
                    logger: logger))
            if let mail = configuration.mail {
                services.append(
                    MailDispatcher(outbox: Outbox(accounts.storage), settings: mail, logger: logger))
            }
        }
        return services
    }

    private func server() -> HTTPServerBuilder {
        let connections = configuration.connections
        let bodyBytes = configuration.limits.bodyBytes
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionGuard(limits: connections, bodyBytes: bodyBytes) { "\(RequestID())" }
            ], idleTimeout: nil,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        return HTTPServerBuilder { AcceptedConnections(base: HTTP1Channel(responder: $0, configuration: http)) }
    }

    /// Returns all routes with their handlers.
    static func routes(
        configuration: ServerConfiguration, models: UploadModels, service: PredictionService?,
        explanations: PredictionService?, uploads: UploadQueue, telemetry: Telemetry, store: PictureStore?,
        uploadStore: UploadStore
    ) throws -> RouteTable {
        let accounts = uploadStore.accounts
        let limits = configuration.limits
        let description = try APIDescription(model: models.pictures.first?.model, limits: limits)
        let reader = UploadReader(limits: limits, budget: ByteBudget(bytes: configuration.memoryBytes))
        let page = WebPage(
            models: models.all.map(Site.Model.init), limits: limits, retentionHours: configuration.retention?.hours,
            uploadSeconds: configuration.uploads.seconds, accounts: accounts?.configuration)
        let predict = PredictRoute(
            reader: reader, service: service, explanations: explanations, page: page, store: store,
            accounts: accounts)

        var routes = RouteTable(description.operations)
        routes.handle("page") { _, _ in page.homeResponse() }
        routes.handle("asset") { try PageAssets.response($1.parameters.get("name")) }
        routes.handle("versionedAsset") { try PageAssets.response($1.parameters.get("file")) }
        routes.handle("predict") { try await predict.respond(to: $0, context: $1) }
        InferenceRoutes(reader: reader, service: service).add(to: &routes)
        OperationsRoutes(
            models: models.all, service: service, uploads: uploads, telemetry: telemetry, description: description
        ).add(to: &routes)
        let upload = UploadRoutes(
            reader: reader, queue: uploads, models: models, store: uploadStore, page: page,
            deidentifies: configuration.uploads.deidentifies)
        upload.add(to: &routes)
        HistoryRoutes(service: accounts, page: page, uploads: upload).add(to: &routes)
        if let accounts, let mail = configuration.mail {
            addAccounts(
                accounts, mail: mail, page: page, reader: reader, explanations: explanations, uploads: upload,
                to: &routes)
        }
        return routes
    }

    /// Adds the handlers of routes that need accounts.
    private static func addAccounts(
        _ accounts: AccountService, mail: MailSettings, page: WebPage, reader: UploadReader,
        explanations: PredictionService?, uploads: UploadRoutes, to routes: inout RouteTable
    ) {
        let pages = AccountPages(page: page)
        let negotiation = ContentNegotiation(service: accounts, pages: pages)
        let account = AccountRoutes(service: accounts, negotiation: negotiation)
        account.add(to: &routes)
        PasswordResetRoutes(service: accounts, negotiation: negotiation, account: account).add(to: &routes)
        AccountDataRoutes(service: accounts, negotiation: negotiation, account: account) { messages in
            // Messages that were written to a folder instead of being sent can still be deleted.
            try mail.folder?.remove(messages)
        }.add(to: &routes)
        ContactRoutes(service: accounts, negotiation: negotiation).add(to: &routes)
        let reports = ReportService(
            storage: accounts.storage, reportsADay: mail.reportsADay, address: accounts.mail.address,
            tokenSeconds: accounts.configuration.tokenSeconds)
        ReportRoutes(
            service: accounts, pages: pages, negotiation: negotiation, reports: reports, reader: reader,
            explanations: explanations, uploads: uploads,
            anonymousAttempts: AttemptLimit(count: mail.reportsADay, seconds: ReportService.daySeconds)
        ).add(to: &routes)
        FeedbackRoutes(
            service: accounts, pages: pages, queue: ReviewQueue(storage: accounts.storage),
            codes: explanations?.predictor.model.labelSpace.codes ?? []
        ).add(to: &routes)
    }
}
