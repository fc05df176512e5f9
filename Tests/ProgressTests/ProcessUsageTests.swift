import Testing

@testable import Progress

struct ProcessUsageTests {
    @Test func `the kernel's line is parsed, also with a name that has spaces and parentheses`() throws {
        let line =
            "42 (a (b) c) S 1 42 42 0 -1 4194560 900 0 0 0 250 50 0 0 20 0 7 0 1000 104857600 2048 18446744073709551615 1"
        func usage(_ line: String) -> ProcessUsage? {
            ProcessUsage(
                stat: line, bootSeconds: 1_700_000_000, ticksPerSecond: 100, pageBytes: 4096, openFiles: 5,
                openFilesLimit: 1024)
        }
        let found = try #require(usage(line))
        #expect(found.processorSeconds == 3 && found.startSeconds == 1_700_000_010)
        #expect(found.residentBytes == 8_388_608 && found.virtualBytes == 104_857_600 && found.threads == 7)
        #expect(usage("42 (a) S 1") == nil && usage("") == nil)
        #expect(try #require(ProcessUsage.current()).residentBytes > 1_000_000)
    }
}
