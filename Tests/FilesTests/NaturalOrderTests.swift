import Files
import Testing

@Suite struct NaturalOrderTests {
    @Test func `numbers in names compare as numbers`() {
        let names = ["N10.png", "N2.png", "N1.png", "N02.png", "M100.png", "n1.png", "N.png", "N1", "N1.p"]
        #expect(
            names.sorted(by: NaturalOrder.precedes)
                == ["M100.png", "N.png", "N1", "N1.p", "N1.png", "N02.png", "N2.png", "N10.png", "n1.png"])
    }

    @Test func `numbers too long for an integer compare too`() {
        #expect(NaturalOrder.precedes("a99999999999999999999", "a100000000000000000000"))
        #expect(!NaturalOrder.precedes("a100000000000000000000", "a99999999999999999999"))
    }

    @Test func `the natural order is a strict total order`() {
        let names = [
            "", "0", "00", "1", "01", "a", "a0", "a00b", "a0b", "a1", "é", "e", "1a1", "1a01", "/", "A/2", "A/10",
        ]
        for a in names {
            #expect(!NaturalOrder.precedes(a, a))
            for b in names where a != b {
                #expect(NaturalOrder.precedes(a, b) != NaturalOrder.precedes(b, a), "\(a), \(b)")
                for c in names where NaturalOrder.precedes(a, b) && NaturalOrder.precedes(b, c) {
                    #expect(NaturalOrder.precedes(a, c), "\(a), \(b), \(c)")
                }
            }
        }
    }
}
