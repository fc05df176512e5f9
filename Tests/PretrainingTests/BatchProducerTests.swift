import Foundation
import Synchronization
import Testing

@testable import Pretraining

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
        var producer: BatchProducer<Int>? = BatchProducer(0 ..< 1000, threads: 2, ahead: 3) { number in
            made.withLock { $0 += 1 }
            return number
        }
        // Those that may wait and those of the threads; a moment in which there might be more.
        while made.withLock({ $0 }) < 5 { usleep(1000) }
        usleep(20_000)
        #expect(made.withLock { $0 } == 5)
        for number in 0 ..< 10 { _ = producer?.piece(number) }
        while made.withLock({ $0 }) < 15 { usleep(1000) }
        usleep(20_000)
        #expect(made.withLock { $0 } == 15)
        producer?.stop()
        // Its threads hold it as long as they run.
        weak let running = producer
        producer = nil
        while running != nil { usleep(1000) }
        #expect(made.withLock { $0 } == 15)
    }
}
