import Foundation
import Testing

@testable import Signals

@Suite struct CenteredKernelTests {
    private func slow(_ kernel: CenteredKernel, _ signal: [Float]) -> [Float] {
        let reach = kernel.half.count - 1
        let sign: Float = kernel.symmetry == .even ? 1 : -1
        return signal.indices.map { index in
            (-reach ... reach).reduce(Float(0)) { sum, distance in
                let weight = distance < 0 ? sign * kernel.half[-distance] : kernel.half[distance]
                return sum + weight * signal[min(max(index - distance, 0), signal.count - 1)]
            }
        }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 40, 61])
    func `filtering is the sum of weighted neighbors`(count: Int) {
        let signal = (0 ..< count).map { Float(sin(Double($0 * $0 % 31))) }
        for symmetry in [CenteredKernel.Symmetry.even, .odd] {
            let kernel = CenteredKernel(symmetry: symmetry, half: [symmetry == .even ? 0.5 : 0, 0.25, -0.125, 0.0625])
            let found = kernel.filtered(signal)
            #expect(found.count == count)
            for (left, right) in zip(found, slow(kernel, signal)) { #expect(abs(left - right) < 1e-5) }
        }
    }

    @Test func `a designed kernel has about the response that was asked for`() {
        let kernel = CenteredKernel(symmetry: .even, samplingRate: 125, reach: 0.5) { $0 < 20 ? 1 : 0 }
        #expect(abs(kernel.gain(at: 10, samplingRate: 125) - 1) < 0.02)
        #expect(abs(kernel.gain(at: 30, samplingRate: 125)) < 0.02)
    }

    @Test func `an odd kernel differentiates`() {
        let kernel = CenteredKernel(symmetry: .odd, samplingRate: 100, reach: 0.25) { $0 < 25 ? 2 * .pi * $0 : 0 }
        let signal = (0 ..< 200).map { Float(sin(2 * .pi * 8 * Double($0) / 100)) }
        let found = kernel.filtered(signal)
        for index in 50 ..< 150 {
            let expected = 2 * .pi * 8 * cos(2 * .pi * 8 * Double(index) / 100)
            #expect(abs(Double(found[index]) - expected) < 2)
        }
    }

    @Test func `an empty signal stays empty`() {
        #expect(CenteredKernel(symmetry: .even, half: [1]).filtered([]).isEmpty)
    }
}
