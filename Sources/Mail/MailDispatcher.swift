import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Starts the delivery process when the outbox has due messages.
///
/// Its description is only its name. Services are logged when they start, and the settings contain a password.
package struct MailDispatcher: Service, CustomStringConvertible {
    let outbox: Outbox
    let settings: MailSettings
    let logger: Logger

    package init(outbox: Outbox, settings: MailSettings, logger: Logger) {
        (self.outbox, self.settings, self.logger) = (outbox, settings, logger)
    }

    package var description: String { "MailDispatcher" }

    private static let pause = Duration.milliseconds(500)
    /// The longest pause. Each failure doubles the pause, because a locked database or a full disk takes a while.
    private static let longestPause = Duration.seconds(30)

    package func run() async throws {
        let running = Mutex<MailAgentProcess?>(nil)
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                var pause = Self.pause
                while !Task.isCancelled {
                    pause = await deliver(running) ? Self.pause : min(pause * 2, Self.longestPause)
                    try? await Task.sleep(for: pause)
                }
            }
        } onGracefulShutdown: {
            running.withLock { $0?.stop() }
        }
    }

    /// - Returns: Whether nothing failed.
    private func deliver(_ running: borrowing Mutex<MailAgentProcess?>) async -> Bool {
        do {
            guard try outbox.hasWork(now: Date()) else { return true }
            let agent = try MailAgentProcess(environment: settings.environment)
            running.withLock { $0 = agent }
            let status = await agent.wait()
            running.withLock { $0 = nil }
            guard status != 0 else { return true }
            logger.error("the mail delivery process failed", metadata: ["status": .stringConvertible(status)])
        } catch {
            // Only the type, because the error may name files.
            logger.error("delivering mail failed", metadata: ["type": "\(type(of: error))"])
        }
        return false
    }
}
