import CKernels
import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

/// All instruction sets of this processor, compared with plain loops.
@Suite struct RowKernelsTests {
    static let levels = [CLASSIFIER_KERNELS_PORTABLE, CLASSIFIER_KERNELS_AVX2, CLASSIFIER_KERNELS_AVX512]
        .filter { classifier_kernels_at($0) != nil }.map(\.rawValue)

    /// Sizes around the widths of vectors and unrolled loops.
    static let counts = [1, 7, 16, 33, 64, 131]

    private func table(_ level: UInt32) throws -> classifier_kernels {
        try #require(classifier_kernels_at(classifier_kernel_level(rawValue: level))).pointee
    }

    /// Small integers: their products and sums are exact in any order.
    private func integers(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0 ..< count).map { _ in Float(generator.integer(below: 17) - 8) }
    }

    @Test func `an instruction set that the processor lacks is not available`() {
        #expect(classifier_kernels_at(CLASSIFIER_KERNELS_PORTABLE) != nil)
        #expect(classifier_kernels_at(classifier_kernels_best_level()) != nil)
    }

    @Test(arguments: levels, counts)
    func `inner products and scaled sums are exact on integers`(level: UInt32, count: Int) throws {
        let table = try table(level)
        let a = integers(count, seed: 1)
        let b = integers(count, seed: 2)
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(table.of_float.dot(a, b, count) == product)
        #expect(table.of_double.dot(a.map(Double.init), b.map(Double.init), count) == Double(product))
        var sum = b
        table.of_float.add_scaled(3, a, &sum, count)
        #expect(sum == zip(a, b).map { 3 * $0 + $1 })
        var wide = b.map(Double.init)
        table.of_double.add_scaled(3, a.map(Double.init), &wide, count)
        #expect(wide == sum.map(Double.init))
    }

    @Test(arguments: levels, 1 ... 8)
    func `scores and gradients of all label counts are exact on integers`(level: UInt32, labels: Int) throws {
        let table = try table(level)
        for (rows, count) in [(1, 5), (4, 16), (7, 37)] {
            let x = integers(rows * count, seed: 3)
            let w = integers(labels * count, seed: 4)
            var scores = [Float](repeating: -1, count: rows * labels)
            table.of_float.scores(x, rows, count, w, labels, &scores)
            let plain = (0 ..< rows * labels).map { place in
                (0 ..< count).reduce(Float(0)) { $0 + x[place / labels * count + $1] * w[place % labels * count + $1] }
            }
            #expect(scores == plain)

            let start = integers(labels * count, seed: 5)
            var gradient = start
            table.of_float.gradient(x, rows, count, scores, labels, &gradient)
            let expected = (0 ..< labels * count).map { place in
                (0 ..< rows).reduce(start[place]) {
                    $0 + scores[$1 * labels + place / count] * x[$1 * count + place % count]
                }
            }
            #expect(gradient == expected)
        }
    }

    @Test(arguments: levels, counts)
    func `box distances count only components outside of the box`(level: UInt32, count: Int) throws {
        let table = try table(level)
        let a = integers(count, seed: 6)
        let b = integers(count, seed: 7)
        let x = integers(count, seed: 8)
        let lower = zip(a, b).map { min($0, $1) }
        let upper = zip(a, b).map { max($0, $1) }
        let plain = (0 ..< count).reduce(Float(0)) { $0 + max(lower[$1] - x[$1], 0) + max(x[$1] - upper[$1], 0) }
        #expect(table.of_float.box_distance(lower, upper, x, count) == plain)
        #expect(
            table.of_double.box_distance(lower.map(Double.init), upper.map(Double.init), x.map(Double.init), count)
                == Double(plain))
    }

    @Test(arguments: levels)
    func `byte distances equal a plain loop`(level: UInt32) throws {
        let table = try table(level)
        var generator = SeededGenerator(seed: 9)
        let (count, width) = (5, 128)
        var lower = [UInt8](repeating: 0, count: count * width)
        var upper = lower
        let x = (0 ..< width).map { _ in UInt8(generator.integer(below: 253)) }
        for place in lower.indices {
            let edges = [generator.integer(below: 253), generator.integer(below: 253)].sorted()
            lower[place] = UInt8(edges[0])
            upper[place] = UInt8(edges[1])
        }
        var least = [UInt32](repeating: 0, count: count)
        var most = least
        table.byte_distances(lower, upper, x, count, width, &least, &most)
        for box in 0 ..< count {
            var sums = (least: 0, most: 0)
            for column in 0 ..< width {
                let below = Int(lower[box * width + column]) - Int(x[column])
                let above = Int(x[column]) - Int(upper[box * width + column])
                sums.least += max(below, 0) + max(above, 0)
                sums.most += max(below + 2, 0) + max(above + 2, 0)
            }
            #expect(least[box] == UInt32(sums.least))
            #expect(most[box] == UInt32(sums.most))
        }
        var again = least
        table.byte_distances(lower, upper, x, count, width, &again, nil)
        #expect(again == least)
    }

    @Test(arguments: levels, counts)
    func `the searches of a pairwise step equal a plain loop`(level: UInt32, count: Int) throws {
        let table = try table(level)
        var generator = SeededGenerator(seed: 10)
        let e = (0 ..< count).map { _ in generator.normal() }
        let gate = (0 ..< count).map { _ in generator.uniform() < 0.3 ? -Double.infinity : 0 }
        let row = (0 ..< count).map { _ in Float(generator.uniform(in: 0 ... 0.9)) }
        let open = (0 ..< count).filter { gate[$0] == 0 }
        let expected = open.max { -e[$0] < -e[$1] }
        var largest = 0.0
        let place = table.largest_negative(e, gate, count, &largest)
        #expect(place == expected ?? count)
        #expect(largest == expected.map { -e[$0] } ?? -.infinity)
        #expect(table.least_negative(e, gate, count) == open.map { -e[$0] }.min() ?? .infinity)

        func gain(_ t: Int) -> Double { (1 + e[t]) * (1 + e[t]) / (2 - 2 * Double(row[t])) }
        let partner = open.filter { 1 + e[$0] > 0 }.max { gain($0) < gain($1) }
        #expect(table.of_float.second_order(row, e, gate, 1, count) == partner ?? count)
        #expect(table.of_double.second_order(row.map(Double.init), e, gate, 1, count) == partner ?? count)
    }

    @Test(arguments: levels, counts + [300])
    func `a pairwise step moves the gradient and finds its new extremes`(level: UInt32, count: Int) throws {
        let table = try table(level)
        var generator = SeededGenerator(seed: 12)
        func draw(_ value: (inout SeededGenerator) -> Double) -> [Double] {
            (0 ..< count).map { _ in value(&generator) }
        }
        let e = draw { $0.normal() }
        let (a, b) = (draw { Double(Float($0.uniform())) }, draw { Double(Float($0.uniform())) })
        let mayGrow = draw { $0.uniform() < 0.3 ? -.infinity : 0 }
        let mayFall = draw { $0.uniform() < 0.3 ? -.infinity : 0 }
        let expected = (0 ..< count).map { e[$0] + 0.5 * (a[$0] - b[$0]) }
        let (narrowA, narrowB) = (a.map(Float.init), b.map(Float.init))
        for isDouble in [false, true] {
            var moved = e
            var (largest, least) = (0.0, 0.0)
            let place =
                isDouble
                ? table.of_double.move(0.5, a, b, &moved, mayGrow, mayFall, count, &largest, &least)
                : table.of_float.move(0.5, narrowA, narrowB, &moved, mayGrow, mayFall, count, &largest, &least)
            #expect(zip(moved, expected).allSatisfy { abs($0 - $1) < 1e-12 })
            var again = 0.0
            #expect(place == table.largest_negative(moved, mayGrow, count, &again))
            #expect(largest == again)
            #expect(least == table.least_negative(moved, mayFall, count))
        }
        var sum = e
        table.of_float.add_scaled_wide(0.5, narrowA, &sum, count)
        #expect((0 ..< count).allSatisfy { abs(sum[$0] - (e[$0] + 0.5 * a[$0])) < 1e-12 })
    }

    @Test(arguments: levels)
    func `without a coefficient that can increase, there is no place`(level: UInt32) throws {
        let table = try table(level)
        let closed = [Double](repeating: -.infinity, count: 20)
        var largest = 0.0
        #expect(table.largest_negative([Double](repeating: 1, count: 20), closed, 20, &largest) == 20)
        #expect(largest == -.infinity)

        var (e, least) = ([Double](repeating: 1, count: 20), 0.0)
        let row = [Float](repeating: 0.5, count: 20)
        #expect(table.of_float.move(1, row, row, &e, closed, closed, 20, &largest, &least) == 20)
        #expect(largest == -.infinity && least == .infinity)
    }

    @Test(arguments: levels, counts)
    func `inner products are converted to RBF kernel values`(level: UInt32, count: Int) throws {
        let table = try table(level)
        var generator = SeededGenerator(seed: 11)
        let norms = (0 ..< count).map { _ in generator.uniform(in: 1 ... 90) }
        let products = norms.map { Float(generator.uniform(in: -0.5 ... 0.5) * $0) }
        var row = products
        table.of_float.radial(&row, 30, norms, 0.07, count)
        var wide = products.map(Double.init)
        table.of_double.radial(&wide, 30, norms, 0.07, count)
        for t in 0 ..< count {
            let expected = exp(-0.07 * max(0, 30 + norms[t] - 2 * Double(products[t])))
            #expect(abs(Double(row[t]) - expected) <= 2e-7 * expected)
            #expect(abs(wide[t] - expected) <= 1e-14 * expected)
        }
        var same: [Float] = [30.0000019]
        table.of_float.radial(&same, 30, [30], 0.07, 1)
        #expect(same == [1])
    }
}
