import Foundation
import Synchronization
import Testing

@testable import Pretraining

struct BatchProducerTests {
    @Test(arguments: [0, 1, 3])
    func `batches come in order, regardless of their duration`(threads: Int) {
        let producer = BatchProducer(3 ..< 40, threads: threads, ahead: 2) { number in
            if number % 5 == 0 { usleep(3000) }
            return number * number
        }
        for number in 3 ..< 40 { #expect(producer.batch(number) == number * number) }
        producer.stop()
    }

    @Test func `no more batches are produced than the limit allows`() {
        let made = Mutex(0)
        var producer: BatchProducer<Int>? = BatchProducer(0 ..< 1000, threads: 2, ahead: 3) { number in
            made.withLock { $0 += 1 }
            return number
        }
        // 3 waiting and 2 in the threads. The pause gives a wrong producer time to exceed that.
        while made.withLock({ $0 }) < 5 { usleep(1000) }
        usleep(20_000)
        #expect(made.withLock { $0 } == 5)
        for number in 0 ..< 10 { _ = producer?.batch(number) }
        while made.withLock({ $0 }) < 15 { usleep(1000) }
        usleep(20_000)
        #expect(made.withLock { $0 } == 15)
        producer?.stop()
        // The threads hold a reference until they end.
        weak let running = producer
        producer = nil
        while running != nil { usleep(1000) }
        #expect(made.withLock { $0 } == 15)
    }
}
