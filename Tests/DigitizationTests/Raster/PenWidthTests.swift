import Testing

@testable import Digitization

@Suite struct PenWidthTests {
    @Test func `the middle of a flat line lies between its edges`() {
        let pen = PenWidth(thickness: [Float](repeating: 2, count: 40))
        #expect(pen.radius == 1)
        let middle = pen.middle(
            upper: [Float](repeating: 10, count: 40), lower: [Float](repeating: 12, count: 40), neighborhood: 5)
        for value in middle { #expect(abs(value - 11) < 1e-4) }
    }

    @Test func `columns without ink stay empty`() {
        var upper = [Float](repeating: 10, count: 20)
        var lower = [Float](repeating: 12, count: 20)
        upper[7] = .nan
        lower[7] = .nan
        let pen = PenWidth(thickness: zip(upper, lower).map { $1 - $0 })
        let middle = pen.middle(upper: upper, lower: lower, neighborhood: 5)
        #expect(middle[7].isNaN)
        #expect(middle[6].isFinite && middle[8].isFinite)
    }

    @Test func `leads whose ends do not touch are read separately`() {
        let upper = [Float](repeating: 10, count: 10) + [Float](repeating: 40, count: 10)
        let lower = upper.map { $0 + 2 }
        let pen = PenWidth(thickness: zip(upper, lower).map { $1 - $0 })
        let middle = pen.middle(upper: upper, lower: lower, neighborhood: 5)
        #expect(abs(middle[9] - 11) < 1e-4)
        #expect(abs(middle[10] - 41) < 1e-4)
    }
}
