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
import UnixSignals
import Uploads

/// The server: models, their routes and background services.
public struct HeartSenseServer: Sendable {
    let configuration: ServerConfiguration
    let models: UploadModels
    /// The model files and folders of versions, for a reload.
    let paths: [String]
    let logger: Logger

    /// - Parameter models: The paths of model files and of folders with versions of a model. `POST /predict` uses the first
    ///   model of pictures.
    /// - Throws: `ModelFileError`, `FileError`.
    public init(models: [String], configuration: ServerConfiguration, logger: Logger) throws {
        self.models = try UploadModels(contentsOf: models)
        paths = models
        self.configuration = configuration
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT. Requests in flight are finished first. SIGHUP loads the model files again.
    ///
    /// - Parameter onListening: Receives the port when the server listens.
    /// - Throws: Errors of the start, such as a port in use, a retention folder that cannot be created, or a database that
    ///   cannot be used.
    public func run(onListening: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        let telemetry = Telemetry()
        let largeWork = DispatchSemaphore(value: configuration.largeThreads)
        let uploads = UploadQueue(configuration: configuration, largeWork: largeWork)
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
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let readiness = Readiness(delay: configuration.shutdownDelaySeconds, accounts: accounts)
        let budget = ByteBudget(bytes: configuration.memoryBytes)
        let serve: @Sendable (UploadModels) throws -> ServedModels = { models in
            let services = models.versions.map {
                PredictionService(
                    predictor: $0, configuration: configuration, telemetry: telemetry, largeWork: largeWork)
            }
            let explanations = models.pictures.first.map {
                PredictionService(
                    predictor: $0, configuration: configuration, telemetry: telemetry, largeWork: largeWork,
                    explains: true)
            }
            let description = try APIDescription(
                models: models.versions.map(\.model), codes: models.labelCodes, limits: configuration.limits,
                servesMetrics: configuration.operations == nil)
            let operations = OperationsRoutes(
                models: models.all, services: services, explanations: explanations, uploads: uploads,
                accounts: accounts, readiness: readiness, telemetry: telemetry, description: description)
            let routes = try Self.routes(
                configuration: configuration, models: models, services: services, explanations: explanations,
                uploads: uploads, operations: operations, store: store, uploadStore: uploadStore, budget: budget)
            return ServedModels(
                models: models, services: services + [explanations].compactMap { $0 },
                responder: routes.router(telemetry: telemetry, budget: budget, origins: configuration.origins)
                    .buildResponder(),
                operations: operations.table.router(telemetry: telemetry, budget: budget).buildResponder())
        }
        let current = CurrentModels(
            try serve(models), telemetry: telemetry,
            proxy: ProxyHeaderCheck(configured: configuration.accounts?.clientHeader))
        defer { current.stop() }
        let reload = ModelReload(
            hangups: await UnixSignalsSequence(trapping: .sighup), current: current, logger: logger
        ) { [paths] in try serve(UploadModels(contentsOf: paths)) }
        let application = Application(
            responder: current, server: server(configuration.connections, readiness: readiness),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "heartsense",
                backlog: 1024,
                availableConnectionsDelegate: .maximum(configuration.connections.count, logger: logger)),
            services: services(store: store, accounts: accounts) + [uploadStore, reload],
            onServerRunning: { channel in
                // Runs before the first request is read.
                let port = channel.localAddress?.port ?? 0
                address.isListening(on: port)
                await onListening(port)
            }, logger: logger)
        // Services stop in reverse order: the listener closes after the delay, and that of operators is the last.
        let listeners: [any Service] = [operationsListener(current, readiness: readiness), application].compactMap {
            $0
        }
        var group = ServiceGroupConfiguration(
            services: listeners.map { .init(service: $0) } + [
                .init(service: readiness, successTerminationBehavior: .ignore)
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(
            configuration.shutdownDelaySeconds + configuration.shutdownSeconds)
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

    /// Returns the second listener, for metrics and health; nil if there is none.
    private func operationsListener(_ current: CurrentModels, readiness: Readiness) -> (any Service)? {
        guard let listener = configuration.operations else { return nil }
        var connections = configuration.connections
        connections.count = 64
        return Application(
            responder: current.operations, server: server(connections, readiness: readiness),
            configuration: ApplicationConfiguration(
                address: .hostname(listener.host, port: listener.port), serverName: "heartsense",
                availableConnectionsDelegate: .maximum(connections.count, logger: logger)), logger: logger)
    }

    private func server(
        _ connections: ServerConfiguration.ConnectionLimits, readiness: Readiness
    ) -> HTTPServerBuilder {
        let counts = ConnectionCounts(limit: connections.perAddress)
        let bodyBytes = configuration.limits.bodyBytes
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionGuard(
                    limits: connections, bodyBytes: bodyBytes, counts: counts,
                    stopsSoon: { readiness.isStopping }, requestID: { "\(RequestID())" })
            ], idleTimeout: nil,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        return HTTPServerBuilder { AcceptedConnections(base: HTTP1Channel(responder: $0, configuration: http)) }
    }

    /// Returns all routes with their handlers.
    static func routes(
        configuration: ServerConfiguration, models: UploadModels, services: [PredictionService],
        explanations: PredictionService?, uploads: UploadQueue, operations: OperationsRoutes, store: PictureStore?,
        uploadStore: UploadStore, budget: ByteBudget
    ) throws -> RouteTable {
        let accounts = uploadStore.accounts
        let service = services.first
        let limits = configuration.limits
        let reader = UploadReader(limits: limits, budget: budget)
        let page = WebPage(
            models: models.defaults.map(Site.Model.init), limits: limits,
            retentionHours: configuration.retention?.hours,
            uploadSeconds: configuration.uploads.seconds, accounts: accounts?.configuration)
        let predict = PredictRoute(
            reader: reader, service: service, explanations: explanations, page: page, store: store,
            accounts: accounts)

        var routes = RouteTable(
            operations.description.operations.filter { $0.id != "metrics" || configuration.operations == nil })
        routes.isOverTLS = configuration.isPublicOverTLS
        routes.errorPage = { AccountPages(page: page).response($0, requestID: $1) }
        // If the database fails, the handler reports it.
        if let accounts { routes.navigation = { Navigation(try? await accounts.caller($0)) } }
        routes.handle("page") { _, _ in page.homeResponse() }
        let cards = models.files.compactMap { StoredModelCard(besideModel: $0) }
        let figures = models.defaults.map { model in
            ModelPage.Model(model, card: cards.first { $0.belongs(to: model) })
        }
        routes.handle("modelPage") { _, _ in
            page.response(ModelPage(site: page.site, models: figures), template: "model", status: .ok)
        }
        routes.handle("asset") { try PageAssets.response($1.parameters.get("name")) }
        routes.handle("versionedAsset") { try PageAssets.response($1.parameters.get("file")) }
        routes.handle("predict") { try await predict.respond(to: $0, context: $1) }
        InferenceRoutes(reader: reader, services: services).add(to: &routes)
        operations.add(to: &routes)
        let upload = UploadRoutes(
            reader: reader, queue: uploads, models: models, store: uploadStore, page: page,
            telemetry: operations.telemetry,
            deidentifies: configuration.uploads.deidentifies)
        upload.add(to: &routes)
        HistoryRoutes(service: accounts, page: page, uploads: upload).add(to: &routes)
        if let accounts, let mail = configuration.mail {
            addAccounts(
                accounts, mail: mail, page: page, reader: reader, explanations: explanations, uploads: upload,
                codes: models.labelCodes, to: &routes)
        }
        return routes
    }

    /// Adds the handlers of routes that need accounts.
    private static func addAccounts(
        _ accounts: AccountService, mail: MailSettings, page: WebPage, reader: UploadReader,
        explanations: PredictionService?, uploads: UploadRoutes, codes: [String], to routes: inout RouteTable
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
        SessionRoutes(service: accounts, negotiation: negotiation, account: account).add(to: &routes)
        ContactRoutes(service: accounts, negotiation: negotiation).add(to: &routes)
        let reports = ReportService(storage: accounts.storage, reportsADay: mail.reportsADay, mail: accounts.mail)
        ReportRoutes(
            service: accounts, pages: pages, negotiation: negotiation, reports: reports, reader: reader,
            explanations: explanations, uploads: uploads,
            anonymousAttempts: AttemptLimit(
                storage: accounts.storage, kind: "report",
                .window(count: mail.reportsADay, seconds: ReportService.daySeconds))
        ).add(to: &routes)
        FeedbackRoutes(
            service: accounts, pages: pages, queue: ReviewQueue(storage: accounts.storage),
            codes: codes
        ).add(to: &routes)
    }
}
