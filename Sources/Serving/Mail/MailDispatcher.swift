import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Starts the agent whenever the outbox has something for it.
struct MailDispatcher: Service {
    let outbox: Outbox
    let settings: MailSettings
    let logger: Logger

    private static let pause = Duration.milliseconds(500)

    func run() async throws {
        let running = Mutex<MailAgentProcess?>(nil)
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    await deliver(running)
                    try? await Task.sleep(for: Self.pause)
                }
            }
        } onGracefulShutdown: {
            running.withLock { $0?.stop() }
        }
    }

    private func deliver(_ running: borrowing Mutex<MailAgentProcess?>) async {
        do {
            guard try outbox.hasWork(now: Date()) else { return }
            let agent = try MailAgentProcess(environment: settings.environment)
            running.withLock { $0 = agent }
            let status = await agent.wait()
            running.withLock { $0 = nil }
            if status != 0 { logger.error("the mail agent failed", metadata: ["status": "\(status)"]) }
        } catch {
            // The type only: it may name files.
            logger.error("mail cannot be delivered", metadata: ["type": "\(type(of: error))"])
        }
    }
}
