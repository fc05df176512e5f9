import LinearAlgebra
import Testing

@testable import ClassificationMetrics

@Suite struct EC57Tests {
    private static let codes = ["N", "S", "V", "F", "Q", "M"]

    private func counted(_ pairs: [(String, String)]) -> EC57 {
        func index(_ code: String) -> Int { Self.codes.firstIndex(of: code) ?? -1 }
        return EC57(codes: Self.codes, truth: pairs.map { index($0.0) }, decision: pairs.map { index($0.1) })
    }

    @Test func `F and Q called V and Q called S are not false positives`() {
        let found = counted([("V", "V"), ("F", "V"), ("Q", "V"), ("Q", "S"), ("N", "V"), ("S", "V"), ("F", "S")])
        #expect(found.counts[2] == EC57.Counts(truePositives: 1, falseNegatives: 0, falsePositives: 2))
        #expect(found.counts[1] == EC57.Counts(truePositives: 0, falseNegatives: 1, falsePositives: 1))
        #expect(found.counts[3] == EC57.Counts(truePositives: 0, falseNegatives: 2, falsePositives: 0))
        #expect(found.counts[4] == EC57.Counts(truePositives: 0, falseNegatives: 2, falsePositives: 0))
        #expect(found.counts[2].positivePredictivity == 1.0 / 3)
        #expect(found.counts[1].sensitivity == 0)
        #expect(found.counts[5].sensitivity == nil)
        #expect(found.counts[5].positivePredictivity == nil)
    }

    /// Writes out the sums over the confusion matrix as the standard does.
    @Test func `the counts are the sums of EC57 over the confusion matrix`() {
        var generator = SeededGenerator(seed: 5, purpose: "ec57")
        let pairs = (0 ..< 500).map { _ in
            (Self.codes[Int(generator.next() % 5)], Self.codes[Int(generator.next() % 5)])
        }
        func cell(_ truth: String, _ called: String) -> Int { pairs.count { $0 == (truth, called) } }
        let found = counted(pairs)
        #expect(found.counts[2].truePositives == cell("V", "V"))
        #expect(
            found.counts[2].falseNegatives == cell("V", "N") + cell("V", "S") + cell("V", "F") + cell("V", "Q"))
        #expect(found.counts[2].falsePositives == cell("N", "V") + cell("S", "V"))
        #expect(
            found.counts[1].falseNegatives == cell("S", "N") + cell("S", "V") + cell("S", "F") + cell("S", "Q"))
        #expect(found.counts[1].falsePositives == cell("N", "S") + cell("V", "S") + cell("F", "S"))
        #expect(
            found.counts[0].falsePositives == cell("S", "N") + cell("V", "N") + cell("F", "N") + cell("Q", "N"))
    }

    @Test func `kappa leaves out Q, and jκ adds the measures of S and V`() throws {
        // N: 3 of 4 right, one called V; S: 1 of 2 right, one called Q; V: 2 right. Q is left out.
        let found = counted(
            [
                ("N", "N"), ("N", "N"), ("N", "N"), ("N", "V"), ("S", "S"), ("S", "Q"), ("V", "V"), ("V", "V"),
                ("Q", "S"),
            ])
        // Agreement 6/8, by chance (4·3 + 2·1 + 2·3) / 64.
        let kappa = (6.0 / 8 - 20.0 / 64) / (1 - 20.0 / 64)
        #expect(abs(try #require(found.kappa) - kappa) < 1e-12)
        #expect(abs(try #require(found.jKappa) - (kappa / 2 + (0.5 + 1 + 1 + 2.0 / 3) / 8)) < 1e-12)
        #expect(counted([("N", "N"), ("V", "N"), ("S", "N")]).jKappa == 0)
        #expect(counted([("N", "N"), ("V", "V")]).jKappa == nil)
        #expect(counted([("N", "N")]).kappa == nil && counted([("Q", "N")]).kappa == nil)
    }

    @Test func `gross counts are the sums of the records`() {
        let pairs = [("V", "V"), ("N", "V"), ("S", "N"), ("Q", "V"), ("V", "N")]
        let whole = counted(pairs)
        #expect(EC57.gross(pairs.map { counted([$0]) }) == whole)
        #expect(whole.beats == 5)
    }
}
