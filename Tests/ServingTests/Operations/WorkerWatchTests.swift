import Testing

@testable import Serving

struct WorkerWatchTests {
    @Test func `threads make no progress if all of them have been at the same work for long`() {
        let watch = WorkerWatch(workers: 2)
        let late = ContinuousClock.now + WorkerWatch.limit + .seconds(60)
        #expect(!watch.isStalled(now: late))
        watch.during {
            #expect(!watch.isStalled(now: late))
            watch.during {
                #expect(!watch.isStalled(now: .now))
                #expect(watch.isStalled(now: late))
            }
            #expect(!watch.isStalled(now: late))
        }
    }
}
