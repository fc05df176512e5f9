import LinearAlgebra
import Signals

/// The test patients of a class: one of each block of five, so that a patient's part does not depend on the number of
/// patients. With two to four patients one is for testing, with a single patient none.
struct SyntheticBeatSplit {
    static let block = 5

    private let patients: Int
    private let beatClass: BeatClass
    private let seed: UInt64

    init(perClass: Int, beatClass: BeatClass, seed: UInt64) {
        patients = (perClass + SyntheticBeatPicture.perPatient - 1) / SyntheticBeatPicture.perPatient
        self.beatClass = beatClass
        self.seed = seed
    }

    func isTest(_ patient: Int) -> Bool {
        guard patients > 1 else { return false }
        let chosen = chosen(inBlock: patient / SyntheticBeatSplit.block)
        // An incomplete first block may not contain the chosen patient; then its last patient is for testing.
        return patient == (patients < SyntheticBeatSplit.block ? min(chosen, patients - 1) : chosen)
    }

    private func chosen(inBlock block: Int) -> Int {
        var generator = SeededGenerator(
            seed: seed, purpose: "synthetic beats/\(beatClass.rawValue)/split", index: block)
        return block * SyntheticBeatSplit.block + generator.integer(below: SyntheticBeatSplit.block)
    }
}
