import Foundation
import Testing

@testable import Progress

struct MemoryReuseTests {
    @Test func `arrays that are freed and allocated again need no new pages`() {
        MemoryReuse.enable()
        for _ in 0 ..< 4 { Self.touch() }
        let before = Self.pageFaults
        for _ in 0 ..< 50 { Self.touch() }
        // 50 arrays of 8 MiB have 102,400 pages.
        #expect(Self.pageFaults - before < 20_000)
    }

    private static func touch() {
        let array = [UInt8](repeating: 1, count: 8 << 20)
        #expect(array[array.count / 2] == 1)
    }

    private static var pageFaults: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(1), &usage)  // RUSAGE_THREAD
        return usage.ru_minflt
    }
}
