import Testing

@testable import Datasets

struct SyntheticBeatSplitTests {
    /// Returns path, group and split of each row.
    private func rows(perClass: Int, seed: UInt64) -> [(path: String, group: String, split: String)] {
        SyntheticBeats.manifest(perClass: perClass, seed: seed).rows.map { ($0.fields[0], $0.fields[2], $0.fields[3]) }
    }

    @Test func `one patient in five of each class is in the test part and none in both`() {
        for seed in 0 ..< 20 as Range<UInt64> {
            let rows = rows(perClass: 100, seed: seed)
            for (code, _) in SyntheticBeats.codes {
                let own = rows.filter { $0.path.hasPrefix(code) }
                #expect(own.count == 100)
                #expect(own.filter { $0.split == "test" }.count == 20)
            }
            let test = Set(rows.filter { $0.split == "test" }.map(\.group))
            let train = Set(rows.filter { $0.split == "train" }.map(\.group))
            #expect(test.isDisjoint(with: train))
        }
    }

    @Test func `a larger set keeps the parts of a smaller one`() {
        let small = rows(perClass: 40, seed: 3)
        let parts = Dictionary(uniqueKeysWithValues: rows(perClass: 400, seed: 3).map { ($0.path, $0.split) })
        for row in small { #expect(parts[row.path] == row.split) }
    }

    @Test func `a class of two patients has one for training and one for testing`() {
        for seed in 0 ..< 20 as Range<UInt64> {
            let own = rows(perClass: 8, seed: seed).filter { $0.path.hasPrefix("V") }
            #expect(own.filter { $0.split == "test" }.count == 4)
        }
        #expect(rows(perClass: 4, seed: 0).allSatisfy { $0.split == "train" })
    }
}
