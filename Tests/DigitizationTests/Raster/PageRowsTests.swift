import Testing

@testable import Digitization

@Suite struct PageRowsTests {
    private func edges(_ change: (inout [Float], inout [Float]) -> Void) -> (upper: [Float], lower: [Float]) {
        var upper = [Float](repeating: 100, count: 60)
        var lower = [Float](repeating: 102, count: 60)
        change(&upper, &lower)
        PageRows.eraseBars(&upper, &lower, scale: 5, pen: 2)
        return (upper, lower)
    }

    @Test func `a separator that crosses the trace is erased`() {
        let (upper, _) = edges { upper, lower in
            for x in 30 ..< 35 { (upper[x], lower[x]) = (80, 120) }
        }
        for x in 30 ..< 35 { #expect(upper[x].isNaN) }
        #expect(upper[28] == 100 && upper[36] == 100)
    }

    @Test func `a narrow QRS complex with a blunt tip stays`() {
        let (upper, lower) = edges { upper, lower in
            for x in 30 ..< 34 { (upper[x], lower[x]) = (60, 102) }
        }
        for x in 30 ..< 34 { #expect(upper[x] == 60 && lower[x] == 102) }
    }

    @Test func `a QRS complex with sloping sides stays`() {
        let (upper, _) = edges { upper, lower in
            (upper[29], lower[29]) = (85, 115)
            for x in 30 ..< 34 { (upper[x], lower[x]) = (60, 140) }
            (upper[34], lower[34]) = (85, 115)
        }
        for x in 29 ..< 35 { #expect(upper[x].isFinite) }
    }

    @Test func `the edge of a pulse stays where the ink ends`() {
        let (upper, _) = edges { upper, lower in
            for x in 0 ..< 30 { (upper[x], lower[x]) = (.nan, .nan) }
            for x in 30 ..< 33 { (upper[x], lower[x]) = (60, 102) }
            for x in 33 ..< 60 { (upper[x], lower[x]) = (60, 62) }
        }
        for x in 30 ..< 33 { #expect(upper[x] == 60) }
    }

    @Test func `a separator is erased where the ink ends`() {
        let (upper, _) = edges { upper, lower in
            for x in 0 ..< 30 { (upper[x], lower[x]) = (.nan, .nan) }
            for x in 30 ..< 34 { (upper[x], lower[x]) = (80, 120) }
        }
        for x in 30 ..< 34 { #expect(upper[x].isNaN) }
        #expect(upper[36] == 100)
    }
}
