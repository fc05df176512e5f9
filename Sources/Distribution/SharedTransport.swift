import Foundation
import Synchronization

/// A transport that several threads use, one at a time. Its errors end the job.
final class SharedTransport: Sendable {
    let rank: Int
    let size: Int
    private let transport: any MessageTransport
    private let turn = Mutex(())
    private let longestMessage: Int
    private let lost: @Sendable (String) -> Void

    /// - Parameters:
    ///   - longestMessage: the maximum number of bytes of a message; MPI's limit is 2³¹ − 1.
    ///   - lost: called with a sentence if the transport fails. It does not return in programs.
    init(_ transport: any MessageTransport, longestMessage: Int, lost: @escaping @Sendable (String) -> Void) {
        self.transport = transport
        self.longestMessage = longestMessage
        self.lost = lost
        (rank, size) = (transport.rank, transport.size)
    }

    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: MessageTag) -> [MessageRequest] {
        pieces(bytes.count).map { piece in
            call { try transport.send(UnsafeRawBufferPointer(rebasing: bytes[piece]), to: rank, tag: tag) }
        }
    }

    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: MessageTag) -> [MessageRequest] {
        pieces(bytes.count).map { piece in
            call { try transport.receive(UnsafeMutableRawBufferPointer(rebasing: bytes[piece]), from: rank, tag: tag) }
        }
    }

    private func pieces(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: longestMessage).map { $0 ..< min($0 + longestMessage, count) }
    }

    /// Starts to exchange one buffer with each other rank.
    func exchange(
        sending: [UnsafeRawBufferPointer], receiving: [UnsafeMutableRawBufferPointer]
    ) -> [MessageRequest] {
        // The next ranks first, so that not all of them send to the same one.
        let others = (1 ..< size).map { (rank + $0) % size }
        let receives = others.reversed().flatMap { receive(receiving[$0], from: $0, tag: .exchange) }
        return receives + others.flatMap { send(sending[$0], to: $0, tag: .exchange) }
    }

    /// Removes the requests that are done.
    func isDone(_ requests: inout [MessageRequest]) -> Bool {
        requests.removeAll { request in call { try transport.isDone(request) } }
        return requests.isEmpty
    }

    /// Waits for requests. A short wait occupies the processor; a longer one leaves it to other threads.
    func wait(for requests: [MessageRequest]) {
        var open = requests
        var tries = 0
        while !isDone(&open) {
            tries += 1
            if tries > 2000 { usleep(50) } else if tries > 100 { sched_yield() }
        }
    }

    func abort(status: Int32) { transport.abort(status: status) }

    /// Reports that a peer is lost.
    func lose(_ sentence: String) { lost(sentence) }

    func stop() { call { try transport.stop() } }

    private func call<Result>(_ body: () throws -> Result) -> Result {
        do { return try turn.withLock { _ in try body() } } catch {
            lost("\(error)")
            // The job is ending.
            while true { sleep(1) }
        }
    }
}
