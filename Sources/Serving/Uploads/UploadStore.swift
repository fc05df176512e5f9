import APIErrors
import Accounts
import Foundation
import Inference
import Logging
import ServiceLifecycle
import Uploads

/// The results of uploads: those of accounts in the database, the others in a folder for a limited time.
struct UploadStore: Service {
    let folder: UploadFolder
    let accounts: AccountService?
    let logger: Logger

    /// The result of an upload, with everything that a correction needs.
    struct Stored: Sendable {
        let id: String
        /// The account; nil for a result in the folder.
        let user: Int64?
        /// ISO 8601.
        let created: String
        let ecg: UploadedECG
        let corrections: [Correction]
    }

    private enum Name {
        static let ecg = "ecg.json"
        static let samples = "samples"
        static let overlay = "overlay.png"
        static let corrections = UploadRecords.corrections
        static let created = "created"
        static let result = "result.json"
        static let drawing = UploadRecords.drawing
    }

    /// Returns the time when a result is deleted, in ISO 8601.
    func expires(_ created: Date, user: Int64?) -> String {
        let seconds = user == nil ? folder.seconds : accounts?.configuration.resultSeconds ?? folder.seconds
        return (created + seconds).ISO8601Format()
    }

    /// Stores a new result.
    func put(_ stored: Stored, analysis: UploadAnalysis, result: Data, drawing: Data?) async throws {
        var files = [
            Name.ecg: try stored.ecg.json(), Name.samples: stored.ecg.samples,
            Name.created: Data(stored.created.utf8),
        ]
        files[Name.overlay] = stored.ecg.overlay
        try await put(files, stored, analysis: analysis, result: result, drawing: drawing)
    }

    /// Replaces the parts of a result that a correction changes.
    func update(_ stored: Stored, analysis: UploadAnalysis, result: Data, drawing: Data?) async throws {
        try await put([:], stored, analysis: analysis, result: result, drawing: drawing)
    }

    private func put(
        _ files: [String: Data], _ stored: Stored, analysis: UploadAnalysis, result: Data, drawing: Data?
    ) async throws {
        var files = files
        files[Name.corrections] = try JSONBody.data(analysis.corrections)
        files[Name.drawing] = drawing
        guard let user = stored.user, let accounts else {
            files[Name.result] = result
            let all = files
            try await Self.onAnotherThread { try folder.put(all, id: stored.id) }
            return
        }
        // For the data sets of corrections and reviews. A recording that WFDB cannot hold is left out of them.
        let recording = try? CorrectedECG(stored.ecg, corrections: analysis.corrections)?.wfdb()
        files[UploadRecords.header] = recording?.header
        files[UploadRecords.signals] = recording?.signals
        let entry = UploadRecords.Entry(
            id: stored.id, file: stored.ecg.file, prediction: analysis.predictions.first, input: stored.ecg.digest)
        try await UploadRecords(storage: accounts.storage).put(
            entry, answer: String(decoding: result, as: UTF8.self), files: files, for: user)
    }

    /// Returns the JSON of a result; nil if there is none that the caller may see.
    func result(_ id: String, user: Int64?) async throws -> Data? {
        if let found = try await anonymous(Name.result, id) { return found }
        guard let user, let accounts, try await file(Name.ecg, id, user: user) != nil else { return nil }
        return Data(try await accounts.results.answer(id, of: user).utf8)
    }

    func drawing(_ id: String, user: Int64?) async throws -> Data? { try await file(Name.drawing, id, user: user) }

    func overlay(_ id: String, user: Int64?) async throws -> Data? { try await file(Name.overlay, id, user: user) }

    /// - Throws: `APIError` with `unknownResult`.
    func stored(_ id: String, user: Int64?) async throws -> Stored {
        let isAnonymous = try await anonymous(Name.ecg, id) != nil
        guard let json = try await file(Name.ecg, id, user: user),
            let samples = try await file(Name.samples, id, user: user),
            let created = try await file(Name.created, id, user: user),
            let corrections = try await file(Name.corrections, id, user: user)
        else { throw APIError(.unknownResult) }
        var ecg = try UploadedECG(json: json, samples: samples)
        ecg.overlay = try await file(Name.overlay, id, user: user)
        return Stored(
            id: id, user: isAnonymous ? nil : user, created: String(decoding: created, as: UTF8.self), ecg: ecg,
            corrections: try JSONDecoder().decode([Correction].self, from: corrections))
    }

    private func file(_ name: String, _ id: String, user: Int64?) async throws -> Data? {
        if let found = try await anonymous(name, id) { return found }
        guard let user, let accounts else { return nil }
        return try await UploadRecords(storage: accounts.storage).file(name, id: id, of: user)
    }

    private func anonymous(_ name: String, _ id: String) async throws -> Data? {
        try await Self.onAnotherThread { folder.file(name, id: id) }
    }

    private static func onAnotherThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Deletes expired results of the folder every minute, or more often with a shorter retention.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let failures = (try? await Self.onAnotherThread { folder.deleteExpired() }) ?? 0
                if failures > 0 {
                    logger.error("deleting expired uploads failed", metadata: ["count": .stringConvertible(failures)])
                }
                try? await Task.sleep(for: .seconds(min(60, max(0.1, folder.seconds / 10))))
            }
        }
    }
}
