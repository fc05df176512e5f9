import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct AveragedNetworkTests {
    private func network(_ value: Float) -> TrainableNetwork {
        let layout = ParameterLayout(alpha: 0.05, labelCount: 2)
        return TrainableNetwork(
            layout: layout, parameters: [Float](repeating: value, count: layout.count),
            movingStatistics: [Float](repeating: 2 * value, count: layout.movingCount))
    }

    @Test func `the decay increases to its final value`() {
        var average = AveragedNetwork(of: network(0), decay: 0.5)
        let workers = Workers(count: 2)
        // Decays 2/11 and 3/12: the average is 9/11, then 9/11 + 3/4 · (2 − 9/11).
        average.update(with: network(1), workers: workers)
        #expect(abs(average.network.parameters[0] - 9 / 11) < 1e-6)
        average.update(with: network(2), workers: workers)
        #expect(abs(average.network.parameters[7] - (9 / 11 + 0.75 * (2 - 9 / 11))) < 1e-6)
        #expect(abs(average.network.movingStatistics[3] - 2 * average.network.parameters[0]) < 1e-6)
        // From the ninth step on the decay has its final value.
        for _ in 0 ..< 8 { average.update(with: network(1), workers: workers) }
        let before = average.network.parameters[0]
        average.update(with: network(5), workers: workers)
        #expect(abs(average.network.parameters[0] - (before + 5) / 2) < 1e-6)
    }

    @Test func `without a decay the average is the network itself`() {
        var average = AveragedNetwork(of: network(0), decay: nil)
        average.update(with: network(3), workers: Workers(count: 1))
        #expect(average.network.parameters == network(3).parameters)
        #expect(average.network.movingStatistics == network(3).movingStatistics)
    }
}
