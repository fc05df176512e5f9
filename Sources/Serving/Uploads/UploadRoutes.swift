import APIErrors
import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LinearAlgebra
import NIOCore
import Uploads

/// `POST /upload`, `PATCH /uploads/{id}` and the files of a result: the analysis of pages, pictures and recordings.
struct UploadRoutes: Sendable {
    let reader: UploadReader
    let queue: UploadQueue
    let models: UploadModels
    let store: UploadStore
    let page: WebPage
    let telemetry: Telemetry
    let deidentifies: Bool

    private var accounts: AccountService? { store.accounts }

    func add(to routes: inout RouteTable) {
        routes.handle("upload") { try await upload($0, $1) }
        routes.handle("correct") { try await correct($0, $1) }
        routes.handle("resultDrawing") { request, context in
            let (id, user) = try await place(request, context)
            return try Self.file(try await store.drawing(id, user: user), "image/svg+xml")
        }
        routes.handle("resultOverlay") { request, context in
            let (id, user) = try await place(request, context)
            return try Self.file(try await store.overlay(id, user: user), "image/png")
        }
        routes.handle("resultReport") { request, context in
            let stored = try await stored(request, context)
            let (models, workers) = (models, Self.workers)
            let pdf = try await queue.run {
                try UploadAnalysis(of: stored.ecg, corrections: stored.corrections, by: models, workers: workers)
                    .report(id: stored.id, created: stored.created)
            }
            return try Self.file(pdf, "application/pdf", name: "ecg-report.pdf")
        }
        for (operation, type, name) in [
            ("resultHeader", "text/plain; charset=utf-8", "recording.hea"),
            ("resultSignals", "application/octet-stream", "recording.dat"),
            ("resultTable", "text/csv; charset=utf-8", "recording.csv"),
        ] {
            routes.handle(operation) { request, context in
                let stored = try await stored(request, context)
                let content = try await queue.run { () -> Data? in
                    let ecg = try CorrectedECG(stored.ecg, corrections: stored.corrections)
                    switch operation {
                    case "resultHeader": return try ecg?.wfdb().header
                    case "resultSignals": return try ecg?.wfdb().signals
                    default: return try ecg?.csv()
                    }
                }
                return try Self.file(content, type, name: name)
            }
        }
    }

    /// An upload uses one core, so that others are not delayed.
    private static let workers = Workers(count: 1)

    // MARK: - Upload

    private func upload(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        do {
            let (files, texts, memory) = try await reader.form(of: request, texts: UploadOptions.fields + ["csrf"])
            let options = try UploadOptions(texts)
            let user = try await session(request)
            let uploaded = files.map { UploadedFile(name: $0.name, bytes: $0.bytes) }
            guard Self.wantsStages(request) else {
                let (id, result) = try await analyze(uploaded, options, user: user, context.ticket) { _ in }
                withExtendedLifetime(memory) {}
                // The page has the address of the result, so that it can be reloaded and shared.
                if wantsPage { return Response(status: .seeOther, headers: [.location: "/results/\(id)"]) }
                return Self.json(result, location: "/results/\(id)")
            }
            return stages(requestID: context.requestID) { stage in
                defer { withExtendedLifetime(memory) {} }
                return try await analyze(uploaded, options, user: user, context.ticket, stage: stage).result
            }
        } catch let error as APIError where wantsPage {
            return page.upload(error: error, requestID: context.requestID)
        }
    }

    /// Reads, analyzes and stores an upload, and counts its predictions or refusal. The work ends when the client hangs up.
    private func analyze(
        _ files: [UploadedFile], _ options: UploadOptions, user: Int64?, _ ticket: JobTicket,
        stage: @escaping @Sendable (Stage) -> Void
    ) async throws -> (id: String, result: Data) {
        do {
            let (id, made) = try await uncounted(files, options, user: user, ticket, stage: stage)
            for prediction in made.analysis.predictions { telemetry.count(prediction) }
            return (id, made.result)
        } catch let error as APIError {
            telemetry.refused(error)
            throw error
        }
    }

    private func uncounted(
        _ files: [UploadedFile], _ options: UploadOptions, user: Int64?, _ ticket: JobTicket,
        stage: @escaping @Sendable (Stage) -> Void
    ) async throws -> (id: String, made: Made) {
        var reading = UploadReading(
            models: models, options: options, deidentifies: deidentifies, limits: reader.limits.page)
        reading.checkpoint = { try ticket.check() }
        let id = UploadFolder.newID()
        let now = Date()
        let created = now.ISO8601Format()
        let (models, workers, store) = (models, Self.workers, store)
        let made = try await queue.run(pixels: UploadReading.cost(of: files), ticket: ticket) { [reading] in
            let ecg = try reading.read(files) { stage(.read) }
            stage(.digitized)
            try ticket.check()
            // Pictures of beats are stored by POST /predict.
            let owner = ecg.recording == nil ? nil : user
            let expires = store.expires(now, user: owner)
            let analysis = try UploadAnalysis(of: ecg, by: models, workers: workers) { stage(.analyzed) }
            let made = Made(
                analysis: analysis, result: try analysis.json(id: id, created: created, expires: expires),
                drawing: try analysis.svg(), user: owner)
            stage(.classified)
            return made
        }
        try await store.put(
            UploadStore.Stored(id: id, user: made.user, created: created, ecg: made.analysis.ecg, corrections: []),
            analysis: made.analysis, result: made.result, drawing: made.drawing)
        return (id, made)
    }

    private struct Made: Sendable {
        let analysis: UploadAnalysis
        let result: Data
        let drawing: Data?
        let user: Int64?
    }

    // MARK: - Progress

    /// The completed steps of an upload, with the share of the usual time.
    enum Stage: String, Sendable {
        case received, read, digitized, analyzed, classified

        var share: Double {
            switch self {
            case .received: 0.1
            case .read: 0.2
            case .digitized: 0.7
            case .analyzed: 0.85
            case .classified: 0.95
            }
        }
    }

    private struct StageLine: Encodable {
        let stage: String
        let done: Double
    }

    private static func wantsStages(_ request: Request) -> Bool {
        request.headers[.accept]?.lowercased().contains("application/x-ndjson") ?? false
    }

    /// Responds with a line per stage, and then a line with the result or the error.
    private func stages(
        requestID: String, _ body: @escaping @Sendable (@escaping @Sendable (Stage) -> Void) async throws -> Data
    ) -> Response {
        let content = ResponseBody { writer in
            let (stages, continuation) = AsyncStream.makeStream(of: Stage.self)
            continuation.yield(.received)
            async let outcome = Self.outcome(requestID: requestID) {
                defer { continuation.finish() }
                return try await body { continuation.yield($0) }
            }
            for await stage in stages {
                let line = try JSONBody.data(StageLine(stage: stage.rawValue, done: stage.share))
                try await writer.write(ByteBuffer(bytes: line + Data("\n".utf8)))
            }
            try await writer.write(ByteBuffer(bytes: await outcome + Data("\n".utf8)))
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson", .vary: "Accept"], body: content)
    }

    private static func outcome(requestID: String, _ body: () async throws -> Data) async -> Data {
        do {
            return Data("{\"result\":".utf8) + (try await body()) + Data("}".utf8)
        } catch {
            let error = error as? APIError ?? APIError(.internalError)
            return (try? JSONBody.data(ErrorBody(error, requestID: requestID))) ?? Data()
        }
    }

    // MARK: - Corrections

    private struct Corrections: Decodable {
        let corrections: [Correction]
    }

    private func correct(_ request: Request, _ context: ServerContext) async throws -> Response {
        try RequestOrigin.check(request)
        let (body, memory) = try await reader.json(of: request)
        defer { withExtendedLifetime(memory) {} }
        let corrections: [Correction]
        do { corrections = try JSONDecoder().decode(Corrections.self, from: body).corrections } catch {
            throw APIError(
                .malformedJSON, "The body is not a list of corrections: \(InferenceRequest.sentence(of: error)).")
        }
        let stored = try await stored(request, context)
        let created = (try? Date(stored.created, strategy: .iso8601)) ?? Date()
        let expires = store.expires(created, user: stored.user)
        let (models, workers) = (models, Self.workers)
        let made = try await queue.run {
            let analysis = try UploadAnalysis(
                of: stored.ecg, corrections: corrections, by: models, workers: workers)
            return Made(
                analysis: analysis,
                result: try analysis.json(id: stored.id, created: stored.created, expires: expires),
                drawing: try analysis.svg(), user: stored.user)
        }
        try await store.update(stored, analysis: made.analysis, result: made.result, drawing: made.drawing)
        return Self.json(made.result)
    }

    // MARK: - Results

    /// Returns a maker of the e-mail with the report of an upload; nil if the caller has no upload with this id.
    func mail(_ id: String, user: Int64?) async throws -> (@Sendable (_ reportID: String) -> ReportMessage)? {
        guard try await store.result(id, user: user) != nil else { return nil }
        let stored = try await store.stored(id, user: user)
        let (models, workers) = (models, Self.workers)
        let (analysis, pdf) = try await queue.run {
            let analysis = try UploadAnalysis(
                of: stored.ecg, corrections: stored.corrections, by: models, workers: workers)
            return (analysis, try analysis.report(id: id, created: stored.created))
        }
        guard let pdf else { return nil }
        return { ReportMessage(analysis, pdf: pdf, id: id, created: stored.created, reportID: $0) }
    }

    /// Returns the page or JSON of an upload; nil if the caller has no upload with this id.
    func result(_ id: String, user: Int64?, wantsPage: Bool) async throws -> Response? {
        guard let result = try await store.result(id, user: user) else { return nil }
        return wantsPage ? page.upload(result: result) : Self.json(result)
    }

    private func stored(_ request: Request, _ context: ServerContext) async throws -> UploadStore.Stored {
        let (id, user) = try await place(request, context)
        return try await store.stored(id, user: user)
    }

    private func place(_ request: Request, _ context: ServerContext) async throws -> (id: String, user: Int64?) {
        (context.parameters.get("id") ?? "", try await accounts?.caller(request).session?.user)
    }

    /// The account in which an upload is stored. A request that another site has caused is treated as anonymous.
    private func session(_ request: Request) async throws -> Int64? {
        guard let accounts, RequestOrigin.isOwn(request) else { return nil }
        return try await accounts.caller(request).session?.user
    }

    private static func json(_ result: Data, location: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .vary: "Accept"]
        if let location { headers[.contentLocation] = location }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: result)))
    }

    /// - Throws: `APIError` with `unknownResult` without content.
    private static func file(_ content: Data?, _ type: String, name: String? = nil) throws -> Response {
        guard let content else { throw APIError(.unknownResult) }
        var headers: HTTPFields = [.contentType: type]
        if let name { headers[.contentDisposition] = "attachment; filename=\"\(name)\"" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: content)))
    }
}
