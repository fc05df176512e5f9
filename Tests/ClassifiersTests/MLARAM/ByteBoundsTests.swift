import LinearAlgebra
import Testing

@testable import Classifiers

@Suite struct ByteBoundsTests {
    @Test(arguments: 0 ..< 20)
    func `a distance is between its bounds for all boxes and points`(seed: Int) {
        check(seed, of: Float.self)
        check(seed, of: Double.self)
    }

    private func check<Scalar: MatrixScalar>(_ seed: Int, of: Scalar.Type) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns = 1 + generator.integer(below: 200)
        let bounds = ByteBounds(columns: columns, of: Scalar.self)
        // Ends of the range and multiples of the step, where rounding has the last word, among arbitrary values.
        func value() -> Scalar {
            switch generator.integer(below: 4) {
            case 0: Scalar(generator.integer(below: 2))
            case 1: Scalar(generator.integer(below: 253)) / 252
            default: Scalar(generator.uniform())
            }
        }
        let point = (0 ..< columns).map { _ in value() }
        let edges = (0 ..< columns).map { _ in [value(), value()].sorted() }
        let lower = edges.map { $0[0] }
        let upper = edges.map { $0[1] }
        var bytes = [[UInt8]](repeating: [UInt8](repeating: 9, count: bounds.width), count: 3)
        bounds.writePoint(point, to: &bytes[0])
        bounds.writeLower(lower, to: &bytes[1])
        bounds.writeUpper(upper, to: &bytes[2])
        var (least, most): (UInt32, UInt32) = (0, 0)
        RowKernels.table.pointee.byte_distances(bytes[1], bytes[2], bytes[0], 1, bounds.width, &least, &most)
        let distance = RowKernels.boxDistance(lower, upper, point, columns)
        #expect(bounds.least(least) <= distance)
        #expect(distance <= bounds.most(most))
        #expect(bounds.most(most) - bounds.least(least) <= Double(4 * columns) / ByteBounds.steps + 0.01)
        #expect(bounds.width.isMultiple(of: 64) && bounds.width >= columns)
    }
}
