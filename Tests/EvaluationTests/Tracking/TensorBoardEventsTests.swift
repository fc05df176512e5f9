import Files
import Foundation
import TestSupport
import Testing

@testable import Evaluation

struct TensorBoardEventsTests {
    private struct Found: Decodable {
        let version: Double
        /// Step, value, time.
        let scalars: [String: [[Double]]]
    }

    private static func read(_ folder: String) throws -> Found {
        try JSONDecoder().decode(Found.self, from: ReferencePython.run(script: "read_tensorboard.py", folder))
    }

    @Test func `a record is length, data and their masked checksums`() {
        let data = Array("heart".utf8)
        let record = TensorBoardEvents.record(data)
        #expect(Array(record[0 ..< 8]) == [5, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(record[12 ..< 17]) == data)
        func word(_ place: Int) -> UInt32 {
            (0 ..< 4).reduce(0) { $0 | UInt32(record[place + $1]) << (8 * UInt32($1)) }
        }
        #expect(word(8) == CRC32C.masked(record[0 ..< 8]))
        #expect(word(17) == CRC32C.masked(data))
        #expect(record.count == 21)
    }

    @Test func `two writers that start in the same second get separate files`() throws {
        try SampleRun.inFolder { folder in
            let start = Date(timeIntervalSince1970: 1_700_000_000)
            let one = try TensorBoardEvents(folder: folder, start: start)
            let other = try TensorBoardEvents(folder: folder, start: start)
            #expect(one.path == "\(folder)/events.out.tfevents.1700000000.heartsense")
            #expect(other.path != one.path)
            #expect(try FileContent.bytes(of: one.path) == FileContent.bytes(of: other.path))
        }
    }

    @Test func `a folder that cannot be written is an error with its path`() throws {
        #expect(throws: FileError.self) {
            _ = try TensorBoardEvents(folder: "/proc/heartsense", start: Date())
        }
    }

    @Test(.enabled(if: ReferencePython.isPresent, "\(ReferencePython.absence)"))
    func `TensorBoard reads the numbers of every step`() throws {
        try SampleRun.inFolder { folder in
            let start = Date(timeIntervalSince1970: 1_700_000_000)
            let events = try TensorBoardEvents(folder: folder, start: start)
            for step in 0 ..< 300 {
                try events.add(
                    [("loss/train", 1 / Double(step + 1)), ("Größe|é", -Double(step))], step: step,
                    at: start.addingTimeInterval(Double(step) / 2))
            }
            let found = try Self.read(folder)
            #expect(found.version == 2)
            #expect(Set(found.scalars.keys) == ["loss/train", "Größe|é"])
            let loss = try #require(found.scalars["loss/train"])
            #expect(loss.map { Int($0[0]) } == Array(0 ..< 300))
            #expect(loss[7] == [7, Double(Float(0.125)), 1_700_000_003.5])
            #expect(try #require(found.scalars["Größe|é"])[299][1] == -299)
        }
    }

    @Test(.enabled(if: ReferencePython.isPresent, "\(ReferencePython.absence)"))
    func `TensorBoard reads the file of an interrupted run`() throws {
        try SampleRun.inFolder { folder in
            let events = try TensorBoardEvents(folder: folder, start: Date(timeIntervalSince1970: 1))
            for step in 0 ..< 10 { try events.add([("x", 1)], step: step, at: Date(timeIntervalSince1970: 2)) }
            let whole = try FileContent.bytes(of: events.path)
            try AtomicFile.write(Data(whole.dropLast(7)), to: events.path)
            #expect(try Self.read(folder).scalars["x"]?.count == 9)
        }
    }
}
