import Foundation
import Synchronization
import Testing

@testable import Experiments

struct BatchProducerTests {
    @Test(arguments: [0, 1, 3])
    func `pieces come in order, however long each takes`(threads: Int) {
        let producer = BatchProducer(3 ..< 40, threads: threads, ahead: 2) { number in
            if number % 5 == 0 { usleep(3000) }
            return number * number
        }
        for number in 3 ..< 40 { #expect(producer.piece(number) == number * number) }
        producer.stop()
    }

    @Test func `no more are made ahead than may wait`() {
        let made = Mutex(0)
        let producer = BatchProducer(0 ..< 1000, threads: 2, ahead: 3) { number in
            made.withLock { $0 += 1 }
            return number
        }
        usleep(50_000)
        #expect(made.withLock { $0 } <= 5)
        for number in 0 ..< 10 { _ = producer.piece(number) }
        usleep(50_000)
        #expect((10 ... 15).contains(made.withLock { $0 }))
        producer.stop()
        usleep(50_000)
        let last = made.withLock { $0 }
        usleep(50_000)
        #expect(made.withLock { $0 } == last)
    }
}
