import Files
import Foundation
import HDF5
import LinearAlgebra
import TestSupport
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

    @Test func `rows are read after reopening the store`() throws {
        let path = scratch("cache.h5")
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

    @Test func `only one writer can open a store`() throws {
        let path = scratch("cache.h5")
        let store = try open(path)
        #expect(throws: HDF5Error.inUse(path: path)) { try open(path) }
        #expect(store.count == 0)
    }

    @Test func `a store grows beyond its initial capacity`() throws {
        let path = scratch("cache.h5")
        let store = try RowStore.open(path, columns: columns, purpose: "test", capacity: 2)
        for row in 0 ..< 23 { try store.append(keys: [key(row)], values: values(row ..< row + 1)) }
        try store.append(keys: (23 ..< 200).map(key), values: values(23 ..< 200))
        #expect(try store.keys() == (0 ..< 200).map(key))
        #expect(try store.values(rows: 0 ..< 200) == values(0 ..< 200))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
                == ["cache.h5", "cache.h5.lock"])
    }

    @Test func `a kill during an append leaves the rows before it`() throws {
        let path = scratch("cache.h5")
        do { try open(path).append(keys: (0 ..< 6).map(key), values: values(0 ..< 6)) }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        do { try open(path).append(keys: (6 ..< 9).map(key), values: values(6 ..< 9)) }
        let after = try Data(contentsOf: URL(fileURLWithPath: path))
        let changed = zip(before, after).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
        #expect(before.count == after.count)
        #expect(changed.count > 3 * 32)
        // Pages reach the disk in any order, so every mix of the two states is possible.
        var generator = SeededGenerator(seed: 1)
        var found: Set<Int> = []
        for round in 0 ..< 120 {
            var state = before
            let cut = generator.integer(below: changed.count + 1)
            let taken = round.isMultiple(of: 2) ? changed[..<cut] : generator.shuffled(changed)[..<cut]
            for offset in taken { state[offset] = after[offset] }
            try state.write(to: URL(fileURLWithPath: path))
            let store = try open(path)
            found.insert(store.count)
            #expect(store.count >= 6)
            #expect(try store.keys() == (0 ..< store.count).map(key))
            #expect(try store.values(rows: 0 ..< store.count) == values(0 ..< store.count))
            switch store.recovery {
            case .intact(let rows): #expect(rows == store.count)
            case .tornTail(let rows, let dropped): #expect(rows == store.count && (1 ... 3).contains(dropped))
            case .created, .setAside: Issue.record("\(store.recovery)")
            }
        }
        #expect(found.contains(6) && found.contains(where: { $0 > 6 }))
    }

    @Test func `rows are appended after a torn tail`() throws {
        let path = scratch("cache.h5")
        do { try open(path).append(keys: (0 ..< 4).map(key), values: values(0 ..< 4)) }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // The last value of the last row.
        let last = withUnsafeBytes(of: Float(34)) { Data($0) }
        let place = try #require(bytes.range(of: last, options: .backwards))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        do {
            let store = try open(path)
            #expect(store.recovery == .tornTail(rows: 3, dropped: 1))
            try store.append(keys: (3 ..< 5).map(key), values: values(3 ..< 5))
        }
        let store = try open(path)
        #expect(store.recovery == .intact(rows: 5))
        #expect(try store.values(rows: 0 ..< 5) == values(0 ..< 5))
    }

    @Test func `an unusable file is renamed`() throws {
        let path = scratch("cache.h5")
        func reason(_ store: RowStore, aside number: Int) throws -> String {
            guard case .setAside(let aside, let reason) = store.recovery else {
                Issue.record("\(store.recovery)")
                return ""
            }
            #expect(aside == "\(path).damaged-\(number)")
            #expect(FileManager.default.fileExists(atPath: aside))
            #expect(store.count == 0)
            try store.append(keys: [key(0)], values: Array(repeating: 1, count: store.columns))
            return reason
        }
        try Data("not a cache".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try reason(open(path), aside: 1).contains("expected an HDF5 file, found text"))
        #expect(try reason(open(path, purpose: "other"), aside: 2).contains("row store for test"))
        #expect(
            try reason(RowStore.open(path, columns: 6, purpose: "other"), aside: 3)
                .contains("/values: expected shape [4096, 6], found [4096, 5]"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(try reason(open(path, purpose: "other"), aside: 4).contains("damaged or truncated"))
        #expect(try open(path, purpose: "other").recovery == .intact(rows: 1))
    }
}
