import LinearAlgebra
import Synchronization
import Testing

@Suite struct WorkersTests {
    @Test(arguments: [1, 2, 4, 9])
    func `every task runs once, on an existing worker`(count: Int) {
        let seen = Mutex([Int](repeating: 0, count: 100))
        Workers(count: count).forEach(100) { index, worker in
            precondition(worker >= 0 && worker < count)
            seen.withLock { $0[index] += 1 }
        }
        #expect(seen.withLock { $0 } == [Int](repeating: 1, count: 100))
    }

    @Test func `results are in order, and the first error is thrown`() throws {
        struct Odd: Error, Equatable { let index: Int }
        #expect(try Workers(count: 3).map(50) { index, _ in index * 2 } == (0 ..< 50).map { $0 * 2 })
        #expect(throws: Odd(index: 7)) {
            try Workers(count: 3).map(50) { index, _ in if index >= 7, index % 2 == 1 { throw Odd(index: index) } }
        }
        #expect(try Workers(count: 2).map(0) { index, _ in index } == [])
    }
}
