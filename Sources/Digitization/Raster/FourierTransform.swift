import Foundation

/// The discrete Fourier transform of a power-of-two length, in place.
///
/// Source: Cooley and Tukey, Mathematics of Computation 19 (1965); radix 2, decimation in time.
struct FourierTransform {
    let length: Int
    private let cosines: [Float]
    private let sines: [Float]
    private let reversed: [Int32]

    /// - Precondition: `length` is a power of two, at least 2.
    init(length: Int) {
        precondition(length >= 2 && length & (length - 1) == 0, "a transform of \(length) values")
        self.length = length
        cosines = (0 ..< length / 2).map { Float(cos(2 * Double.pi * Double($0) / Double(length))) }
        sines = (0 ..< length / 2).map { Float(-sin(2 * Double.pi * Double($0) / Double(length))) }
        let bits = length.trailingZeroBitCount
        reversed = (0 ..< length).map { index in
            var result = 0
            for bit in 0 ..< bits where index >> bit & 1 == 1 { result |= 1 << (bits - 1 - bit) }
            return Int32(result)
        }
    }

    /// Transforms `length` complex values; exponent −2πi.
    func transform(_ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>) {
        for index in 0 ..< length {
            let other = Int(reversed[index])
            if other > index {
                (real[index], real[other]) = (real[other], real[index])
                (imaginary[index], imaginary[other]) = (imaginary[other], imaginary[index])
            }
        }
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                var half = 1
                while half < length {
                    let step = length / (2 * half)
                    for start in stride(from: 0, to: length, by: 2 * half) {
                        for offset in 0 ..< half {
                            let (c, s) = (cosines[offset &* step], sines[offset &* step])
                            let (a, b) = (start &+ offset, start &+ offset &+ half)
                            let re = real[b] * c - imaginary[b] * s
                            let im = real[b] * s + imaginary[b] * c
                            real[b] = real[a] - re
                            imaginary[b] = imaginary[a] - im
                            real[a] += re
                            imaginary[a] += im
                        }
                    }
                    half *= 2
                }
            }
        }
    }

    /// Returns the magnitudes of the first half of the spectrum of a real signal, padded with zeros.
    func magnitudes(of signal: [Float]) -> [Float] {
        var real = [Float](repeating: 0, count: length)
        var imaginary = real
        for index in 0 ..< min(length, signal.count) { real[index] = signal[index] }
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                transform(real.baseAddress!, imaginary.baseAddress!)
            }
        }
        return (0 ..< length / 2).map { (real[$0] * real[$0] + imaginary[$0] * imaginary[$0]).squareRoot() }
    }
}
