import Files
import Foundation
import HDF5
import Testing

@Suite struct RowStoreTests {
    private let scratch: Scratch
    private let columns = 5

    init() throws { scratch = try Scratch() }

    private func key(_ row: Int) -> Digest { Digest(of: "row \(row)") }

    private func values(_ rows: Range<Int>) -> [Float] {
        rows.flatMap { row in (0 ..< columns).map { Float(row * 10 + $0) } }
    }

    private func open(_ path: String, purpose: String = "test") throws -> RowStore {
        try RowStore.open(path, columns: columns, purpose: purpose)
    }

    @Test func `rows are there again when the store is opened again`() throws {
        let path = scratch.path("cache.h5")
        do {
            let store = try open(path)
            #expect(store.recovery == .created)
            try store.append(keys: (0 ..< 3).map(key), values: values(0 ..< 3))
            try store.append(keys: (3 ..< 4).map(key), values: values(3 ..< 4))
            #expect(store.count == 4)
        }
        let store = try open(path)
        #expect(store.recovery == .intact(rows: 4))
        #expect(try store.keys() == (0 ..< 4).map(key))
        #expect(try store.values(rows: 0 ..< 4) == values(0 ..< 4))
        #expect(try store.values(rows: 2 ..< 3) == values(2 ..< 3))
        try store.append(keys: [key(4)], values: values(4 ..< 5))
        #expect(try store.values(rows: 3 ..< 5) == values(3 ..< 5))
    }

    @Test func `one process writes at a time`() throws {
        let path = scratch.path("cache.h5")
        let store = try open(path)
        #expect(throws: HDF5Error.inUse(path: path)) { try open(path) }
        #expect(store.count == 0)
    }

    @Test func `every state that the file goes through opens with what was confirmed`() throws {
        let path = scratch.path("cache.h5")
        let store = try open(path)
        // What another process would find if this one were killed now: the bytes between two system calls.
        let watcher = Watcher(path: path)
        let batches = 150
        for batch in 0 ..< batches {
            let rows = batch * 7 ..< (batch + 1) * 7
            watcher.confirmed(rows.lowerBound)
            try store.append(keys: rows.map(key), values: values(rows))
        }
        let states = watcher.stop()
        #expect(states.count > 50)
        for (number, state) in states.enumerated() {
            let copy = scratch.path("state-\(number).h5")
            try state.bytes.write(to: URL(fileURLWithPath: copy))
            let recovered = try open(copy)
            switch recovered.recovery {
            case .intact, .tornTail: break
            case .created, .setAside: Issue.record("state \(number): \(recovered.recovery)")
            }
            #expect(recovered.count >= state.confirmed)
            #expect(try recovered.keys() == (0 ..< recovered.count).map(key))
            let start = max(0, recovered.count - 20)
            #expect(try recovered.values(rows: start ..< recovered.count) == values(start ..< recovered.count))
            try recovered.append(keys: [key(recovered.count)], values: values(recovered.count ..< recovered.count + 1))
        }
    }
}

/// Copies a file again and again while it is written.
private final class Watcher: @unchecked Sendable {
    struct State { let bytes: Data; let confirmed: Int }
    private let path: String
    private let lock = NSLock()
    private var states: [State] = []
    private var rows = 0
    private var running = true
    private let done = DispatchSemaphore(value: 0)

    init(path: String) {
        self.path = path
        Thread.detachNewThread { [self] in
            while lock.withLock({ running }) {
                let confirmed = lock.withLock { rows }
                let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
                lock.withLock { states.append(State(bytes: bytes, confirmed: confirmed)) }
            }
            done.signal()
        }
    }

    func confirmed(_ count: Int) { lock.withLock { rows = count } }

    func stop() -> [State] {
        lock.withLock { running = false }
        done.wait()
        return states
    }
}
