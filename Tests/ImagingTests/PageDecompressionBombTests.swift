import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Imaging

/// Small files whose metadata expand to much more than their size.
struct PageDecompressionBombTests {
    /// Compressed text and profiles of 7 MB each, the most that libpng would inflate of one chunk.
    static func bombs(_ count: Int) -> [(name: String, content: [UInt8])] {
        let stream = [UInt8](Bomb.stream(of: UInt8(ascii: "a"), count: 7_000_000))
        return (0 ..< count).map { number in
            switch number % 3 {
            case 0: ("zTXt", Array("key \(number)\0\0".utf8) + stream)
            case 1: ("iTXt", Array("key \(number)\0\u{1}\0\0\0".utf8) + stream)
            default: ("iCCP", Array("profile\0\0".utf8) + stream)
            }
        }
    }

    /// Returns the processor time of this thread in seconds.
    static func processorTime(_ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        try body()
        return now() - start
    }

    /// Returns the peak memory of this process in bytes.
    static func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    /// Returns a file with the chunks before and after the pixels.
    static func file(_ chunks: [(name: String, content: [UInt8])], _ picture: PNGBuilder) -> Data {
        var picture = picture
        picture.extra = chunks
        let whole = picture.data
        return chunks.reduce(whole.dropLast(12)) { $0 + PNGBuilder.chunk($1.name, $1.content) } + whole.suffix(12)
    }

    @Test(arguments: [false, true])
    func `compressed text and profiles take no more time than other chunks of their size`(isInterlaced: Bool) throws {
        let picture = PNGBuilder(.gray, depth: 8, width: 9, height: 5, isInterlaced: isInterlaced, seed: 1)
        let bombs = Self.bombs(30)
        let (bombed, plain) = (
            Self.file(bombs, picture), Self.file(bombs.map { ("tEXt", $0.content) }, picture)
        )
        // The minimum of three, because other processes only add time.
        func time(_ data: Data) throws -> Double {
            try (0 ..< 3).map { _ in
                var page: Page?
                let seconds = try Self.processorTime { page = try Page(decoding: data, name: "bomb.png") }
                #expect(page?.pixels == picture.expectedPixels)
                return seconds
            }.min()!
        }
        // Inflating 420 MB takes a quarter of a second on the fastest machine.
        let (found, usual) = (try time(bombed), try time(plain))
        #expect(found < 3 * usual + 0.05, "\(found) s, plain text takes \(usual) s")
    }

    @Test func `compressed text and profiles take no memory`() async {
        // In a separate process, because other tests take memory too.
        await #expect(processExitsWith: .success) {
            for isInterlaced in [false, true] {
                let picture = PNGBuilder(.gray, depth: 8, width: 9, height: 5, isInterlaced: isInterlaced, seed: 1)
                let data = PageDecompressionBombTests.file(PageDecompressionBombTests.bombs(30), picture)
                let before = PageDecompressionBombTests.peakMemory()
                let page = try Page(decoding: data, name: "bomb.png")
                let taken = PageDecompressionBombTests.peakMemory() - before
                precondition(page.pixels == picture.expectedPixels && before > 0)
                precondition(taken < 32 << 20, "\(taken) bytes")
            }
        }
    }

    @Test(arguments: [false, true])
    func `tens of thousands of texts with distinct names take no longer than one name`(isInterlaced: Bool) throws {
        let picture = PNGBuilder(.gray, depth: 8, width: 9, height: 5, isInterlaced: isInterlaced, seed: 2)
        func file(_ name: (Int) -> String) -> Data {
            var picture = picture
            picture.extra = (0 ..< 30_000).map { ("tEXt", Array("\(name($0))\0".utf8)) }
            return picture.data
        }
        let (many, one) = (file { String(100_000 + $0) }, file { _ in "100000" })
        func time(_ data: Data) throws -> Double {
            try (0 ..< 3).map { _ in try Self.processorTime { _ = try Page(decoding: data, name: "t.png") } }.min()!
        }
        let (found, usual) = (try time(many), try time(one))
        #expect(found < 3 * usual + 0.05, "\(found) s, one name takes \(usual) s")
        let metadata = try #require(try Page(decoding: many + Data([0]), name: "t.png").source).metadata
        #expect(metadata.first == "text 100000" && metadata.suffix(3) == ["text 100099", "more", "trailing bytes"])
        #expect(metadata.count == PNGChunks.maximumNames + 2)
    }

    @Test func `a JPEG with hundreds of scans is rejected faster than a usual one is decoded`() throws {
        // 16 million pixels in 50 KB.
        let (few, many) = (
            ProgressiveJPEG(width: 4096, height: 4096, scans: 10).data,
            ProgressiveJPEG(width: 4096, height: 4096, scans: 490).data
        )
        #expect(many.count < 60_000)
        let usual = try Self.processorTime { _ = try Page(decoding: few, name: "few.jpg") }
        let refused = Self.processorTime {
            #expect(throws: ImageError.self) { try Page(decoding: many, name: "many.jpg") }
        }
        #expect(refused < usual, "\(refused) s, ten scans take \(usual) s")
    }
}
