import Testing

@testable import Signals

@Suite struct WaveBoundariesTrapeziumTests {
    /// Falls by 1 a point from 10 at point 0 to 0 at point 10, then is level.
    private func foot(_ point: Int) -> Float { Float(max(0, 10 - point)) }

    @Test func `the corner of a polygon is found`() {
        #expect(TrapeziumBoundary.corner(from: 2, to: 30, falling: true, value: foot) == 10)
        // Mirrored in time and in height.
        #expect(TrapeziumBoundary.corner(from: -2, to: -30, falling: false) { -foot(-$0) } == -10)
    }

    @Test func `the corner spans the largest area of all corners`() {
        let value = { (point: Int) in 1 / (1 + Float(point * point) / 100) }
        let found = TrapeziumBoundary.corner(from: 6, to: 50, falling: true, value: value)
        // The area of the polygon (6, top), (50, top), (50, y), (x, y), by the shoelace formula.
        func area(_ x: Int) -> Double {
            let (top, y) = (Double(value(6)), Double(value(x)))
            let corners = [(6.0, top), (50.0, top), (50.0, y), (Double(x), y)]
            return abs(
                corners.indices.reduce(0.0) {
                    let (a, b) = (corners[$1], corners[($1 + 1) % 4])
                    return $0 + a.0 * b.1 - b.0 * a.1
                }) / 2
        }
        #expect((6 ..< 50).allSatisfy { area($0) <= area(found) + 1e-6 })
        #expect(found > 10 && found < 40)
    }

    @Test func `a flank without length is its own corner`() {
        #expect(TrapeziumBoundary.corner(from: 5, to: 5, falling: true, value: foot) == 5)
    }
}
