import Foundation
import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct OptimizerTests {
    private let layout = ParameterLayout(alpha: 0.05, labelCount: 2)

    private func values(_ seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0 ..< layout.count).map { _ in Float(generator.normal()) }
    }

    @Test func `three steps of AdamW follow the algorithm of the paper`() {
        var optimizer = Optimizer(.adamW(beta1: 0.9, beta2: 0.99), weightDecay: 0.1, layout: layout)
        var parameters = values(1)
        var expected = parameters.map(Double.init)
        var (first, second) = (expected.map { _ in 0.0 }, expected.map { _ in 0.0 })
        var isDecayed = [Bool](repeating: false, count: layout.count)
        for block in layout.blocks where block.isDecayed { for index in block.range { isDecayed[index] = true } }
        for step in 1 ... 3 {
            let gradient = values(UInt64(10 + step))
            let rate = 0.01 * Double(step)
            optimizer.step(&parameters, gradient: gradient, scale: 0.5, rate: rate, workers: Workers(count: 3))
            for index in expected.indices {
                let value = 0.5 * Double(gradient[index])
                first[index] = 0.9 * first[index] + 0.1 * value
                second[index] = 0.99 * second[index] + 0.01 * value * value
                if isDecayed[index] { expected[index] *= 1 - rate * 0.1 }
                let mean = first[index] / (1 - pow(0.9, Double(step)))
                let square = second[index] / (1 - pow(0.99, Double(step)))
                expected[index] -= rate * mean / (square.squareRoot() + 1e-7)
            }
        }
        // The rounding of three steps in float32.
        #expect(zip(parameters, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
        #expect(optimizer.steps == 3 && isDecayed.contains(false) && isDecayed.contains(true))
    }

    @Test func `momentum continues after the gradient is zero`() {
        var optimizer = Optimizer(.sgd(momentum: 0.5), weightDecay: 0, layout: layout)
        var parameters = [Float](repeating: 1, count: layout.count)
        let one = Workers(count: 1)
        optimizer.step(&parameters, gradient: parameters, scale: 1, rate: 0.25, workers: one)
        #expect(parameters.allSatisfy { $0 == 0.75 })
        optimizer.step(
            &parameters, gradient: [Float](repeating: 0, count: layout.count), scale: 1, rate: 0.25, workers: one)
        #expect(parameters.allSatisfy { $0 == 0.625 })
        #expect(optimizer.second.isEmpty)
    }

    @Test func `frozen layers keep every bit`() {
        let frozen = layout.layers(beginningWith: ["Conv1", "block_1_"])
        var optimizer = Optimizer(
            .adamW(beta1: 0.9, beta2: 0.999), weightDecay: 0.5, layout: layout, frozen: frozen)
        let before = values(3)
        var parameters = before
        optimizer.step(&parameters, gradient: values(4), scale: 1, rate: 0.1, workers: Workers(count: 2))
        for block in layout.blocks {
            let isSame = parameters[block.range] == before[block.range]
            #expect(isSame == frozen.contains(block.layer), "\(block.name)")
        }
    }

    @Test func `any number of workers gives the same bytes`() {
        let results = [1, 2, 5].map { count in
            var optimizer = Optimizer(.adamW(beta1: 0.9, beta2: 0.999), weightDecay: 0.05, layout: layout)
            var parameters = values(5)
            optimizer.step(&parameters, gradient: values(6), scale: 1, rate: 0.1, workers: Workers(count: count))
            return parameters
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func `moments can be restored`() {
        var whole = Optimizer(.adamW(beta1: 0.9, beta2: 0.999), weightDecay: 0.05, layout: layout)
        var parameters = values(7)
        let one = Workers(count: 1)
        whole.step(&parameters, gradient: values(8), scale: 1, rate: 0.1, workers: one)
        var again = Optimizer(.adamW(beta1: 0.9, beta2: 0.999), weightDecay: 0.05, layout: layout)
        again.restore(first: whole.first, second: whole.second, steps: whole.steps)
        var other = parameters
        whole.step(&parameters, gradient: values(9), scale: 1, rate: 0.1, workers: one)
        again.step(&other, gradient: values(9), scale: 1, rate: 0.1, workers: one)
        #expect(other == parameters && again == whole)
    }
}
