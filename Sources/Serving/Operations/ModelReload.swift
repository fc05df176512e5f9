import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Loads the model files again after SIGHUP. Requests are answered meanwhile, by the models that they started with.
///
/// If a file cannot be used, the previous models stay.
struct ModelReload: Service, CustomStringConvertible {
    let hangups: UnixSignalsSequence
    let current: CurrentModels
    let logger: Logger
    /// Loads the files.
    let load: @Sendable () throws -> ServedModels

    /// The name in the log.
    var description: String { "ModelReload" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in hangups {
                do {
                    let new = try await loadOnAnotherThread()
                    current.replace(with: new)
                    logger.notice(
                        "models reloaded",
                        metadata: [
                            "models": .array(
                                new.models.all.map {
                                    ["name": "\($0.name)", "sha256": "\($0.digest?.description ?? "")"]
                                })
                        ])
                } catch {
                    logger.error(
                        "models not reloaded, the previous ones stay",
                        metadata: ["reason": "\((error as? any LocalizedError)?.errorDescription ?? "\(error)")"])
                }
            }
        }
    }

    private func loadOnAnotherThread() async throws -> ServedModels {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(with: Result(catching: load)) }
        }
    }
}
