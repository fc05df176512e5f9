import LinearAlgebra

/// Updates the parameters of a network from their gradient and the moments of earlier steps.
///
/// Each parameter is updated independently, so the result does not depend on the number of workers.
///
/// - Source: AdamW: Loshchilov & Hutter, ICLR 2019, algorithm 2. SGD with momentum: Sutskever et al., ICML 2013, with
///   the same decoupled decay.
public struct Optimizer: Sendable, Equatable {
    public enum Rule: Sendable, Equatable {
        case adamW(beta1: Double, beta2: Double)
        case sgd(momentum: Double)
    }

    public let rule: Rule
    /// The decay of kernels per step, as a fraction of the learning rate.
    public let weightDecay: Double
    /// The running mean of the gradients, or the velocity: one value per parameter.
    public private(set) var first: [Float]
    /// The running mean of the squared gradients; empty for SGD.
    public private(set) var second: [Float]
    public private(set) var steps: Int
    private let pieces: [ParameterPiece]

    /// ε, added to the root of the second moment as in Keras.
    static let epsilon = 1e-7

    /// - Parameters:
    ///   - frozen: layers that are not updated.
    public init(_ rule: Rule, weightDecay: Double, layout: ParameterLayout, frozen: Set<String> = []) {
        var isAdam = false
        if case .adamW = rule { isAdam = true }
        self.rule = rule
        self.weightDecay = weightDecay
        first = [Float](repeating: 0, count: layout.count)
        second = isAdam ? first : []
        steps = 0
        pieces = ParameterPiece.all(of: layout, frozen: frozen)
    }

    /// Restores the moments after some steps.
    ///
    /// - Precondition: the numbers of moments are unchanged.
    public mutating func restore(first: [Float], second: [Float], steps: Int) {
        precondition(
            first.count == self.first.count && second.count == self.second.count && steps >= 0,
            "\(first.count) and \(second.count) moments for \(self.first.count) parameters")
        (self.first, self.second, self.steps) = (first, second, steps)
    }

    /// Performs one step.
    ///
    /// - Parameters:
    ///   - gradient: one value per parameter.
    ///   - scale: the factor of the gradient, from `GradientNorm`.
    ///   - rate: the learning rate.
    public mutating func step(
        _ parameters: inout [Float], gradient: [Float], scale: Double, rate: Double, workers: Workers
    ) {
        precondition(
            parameters.count == first.count && gradient.count == first.count, "the parameters belong to another network"
        )
        steps += 1
        let pieces = pieces
        let decay = Float(1 - rate * weightDecay)
        let move = self.move(scale: scale, rate: rate)
        gradient.withUnsafeBufferPointer { gradient in
            parameters.withUnsafeMutableBufferPointer { parameters in
                first.withUnsafeMutableBufferPointer { first in
                    second.withUnsafeMutableBufferPointer { second in
                        let place = Places(
                            parameters: parameters.baseAddress!, gradient: gradient.baseAddress!,
                            first: first.baseAddress!, second: second.baseAddress)
                        workers.forEach(pieces.count) { piece, _ in
                            move(place, pieces[piece].range, pieces[piece].isDecayed ? decay : 1)
                        }
                    }
                }
            }
        }
    }

    /// Returns the update of a range of parameters, given the factor of the weight decay.
    private func move(scale: Double, rate: Double) -> @Sendable (Places, Range<Int>, Float) -> Void {
        switch rule {
        case .adamW(let beta1, let beta2):
            // Corrects the bias of the means, which start at 0.
            let (first, second) = (1 - power(beta1, steps), 1 - power(beta2, steps))
            let adam = Adam(
                scale: Float(scale), beta1: Float(1 - beta1), beta2: Float(1 - beta2),
                rate: Float(rate * second.squareRoot() / first), epsilon: Float(Self.epsilon * second.squareRoot()))
            return { adam.move($0, $1, decay: $2) }
        case .sgd(let momentum):
            let descent = Descent(scale: Float(scale), momentum: Float(momentum), rate: Float(rate))
            return { descent.move($0, $1, decay: $2) }
        }
    }

    /// Returns an integer power, with the same result on every machine.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, left) = (1.0, base, exponent)
        while left > 0 {
            if left % 2 == 1 { result *= square }
            square *= square
            left /= 2
        }
        return result
    }
}

/// The four arrays of a step. Each worker updates its own ranges.
private struct Places: @unchecked Sendable {
    let parameters: UnsafeMutablePointer<Float>
    let gradient: UnsafePointer<Float>
    let first: UnsafeMutablePointer<Float>
    let second: UnsafeMutablePointer<Float>?
}

private struct Adam: Sendable {
    let scale: Float
    /// 1 − β of the first moment; `beta2` is that of the second.
    let beta1: Float
    let beta2: Float
    let rate: Float
    let epsilon: Float

    func move(_ place: Places, _ range: Range<Int>, decay: Float) {
        guard let second = place.second else { preconditionFailure("AdamW without second moments") }
        let (parameters, gradient, first) = (place.parameters, place.gradient, place.first)
        for index in range {
            let value = scale * gradient[index]
            let mean = first[index] + beta1 * (value - first[index])
            let square = second[index] + beta2 * (value * value - second[index])
            first[index] = mean
            second[index] = square
            parameters[index] = decay * parameters[index] - rate * mean / (square.squareRoot() + epsilon)
        }
    }
}

private struct Descent: Sendable {
    let scale: Float
    let momentum: Float
    let rate: Float

    func move(_ place: Places, _ range: Range<Int>, decay: Float) {
        let (parameters, gradient, first) = (place.parameters, place.gradient, place.first)
        for index in range {
            let velocity = momentum * first[index] - rate * scale * gradient[index]
            first[index] = velocity
            parameters[index] = decay * parameters[index] + velocity
        }
    }
}
