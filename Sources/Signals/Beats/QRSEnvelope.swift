import Foundation

/// The size of QRS complexes in one lead over time, whatever their polarity.
///
/// It is the root of the 100 ms mean of y² + z², where y is the lead in the band of QRS complexes and z its
/// derivative. The two are in quadrature, so that a complex makes one hump.
struct QRSEnvelope {
    /// mV.
    let values: [Float]
    /// The derivative z, in mV.
    let slopes: [Float]

    /// The filters at one working rate.
    struct Kernels {
        let band: CenteredKernel
        let derivative: CenteredKernel
        /// The samples of the mean, odd.
        let width: Int

        init(rate: Double) {
            // A Butterworth band of 6…22 Hz in both directions, brought to 0 before the frequencies of powerlines.
            let gain = { (frequency: Double) -> Double in
                let (passed, kept) = (pow(frequency / 6, 4), pow(frequency / 22, 4))
                let taper = min(max((frequency - 28) / 14, 0), 1)
                return passed / (1 + passed) / (1 + kept) * pow(cos(.pi / 2 * taper), 2)
            }
            band = CenteredKernel(symmetry: .even, samplingRate: rate, reach: 0.25, response: gain)
            derivative = CenteredKernel(symmetry: .odd, samplingRate: rate, reach: 0.25) { frequency in
                gain(frequency) * 2 * .pi * frequency / 60
            }
            width = Int(0.05 * rate) * 2 + 1
        }
    }

    init(_ lead: [Float], kernels: Kernels) {
        let band = kernels.band.filtered(lead)
        let derivative = kernels.derivative.filtered(lead)
        let energy = [Float](unsafeUninitializedCapacity: lead.count) { energy, initialized in
            for index in 0 ..< lead.count {
                energy[index] = band[index] * band[index] + derivative[index] * derivative[index]
            }
            initialized = lead.count
        }
        var mean = MovingWindow.mean(energy, width: kernels.width)
        for index in mean.indices { mean[index] = mean[index].squareRoot() }
        values = mean
        slopes = derivative
    }
}
