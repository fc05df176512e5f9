import Foundation
import Synchronization
import Testing

@testable import APIErrors
@testable import Serving

struct UploadQueueTests {
    private static func queue(_ environment: [String: String] = [:]) throws -> UploadQueue {
        let configuration = try ServerConfiguration(
            environment: ["HEARTSENSE_THREADS": "1"].merging(environment) { $1 })
        return UploadQueue(configuration: configuration, largeWork: DispatchSemaphore(value: 1))
    }

    @Test func `a small upload is done while large ones are in work and wait`() async throws {
        let queue = try Self.queue()
        defer { queue.stop() }
        let gate = DispatchSemaphore(value: 0)
        async let large: Int = queue.run(pixels: 40_000_000) {
            gate.wait()
            return 1
        }
        async let next: Int = queue.run(pixels: 40_000_000) { 2 }
        #expect(try await queue.run(pixels: 1_000_000) { 3 } == 3)
        gate.signal()
        #expect(try await large + next == 3)
    }

    @Test func `an upload of a client that has hung up is not read`() async throws {
        let queue = try Self.queue()
        defer { queue.stop() }
        let isRead = Mutex(false)
        for pixels in [0, 40_000_000] {
            let error = await #expect(throws: APIError.self) {
                try await queue.run(pixels: pixels, ticket: JobTicket { false }) { isRead.withLock { $0 = true } }
            }
            #expect(error?.code == .shuttingDown)
        }
        #expect(!isRead.withLock { $0 })
    }

    @Test func `a canceled request does not wait for its place in the queue`() async throws {
        let queue = try Self.queue()
        defer { queue.stop() }
        let gate = DispatchSemaphore(value: 0)
        async let first: Int = queue.run {
            gate.wait()
            return 1
        }
        let waiting = Task { try await queue.run { 2 } }
        while queue.depth == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: APIError.self) { try await waiting.value }
        gate.signal()
        #expect(try await first == 1)
    }
}
