import Foundation

/// The learning rate of each step: linear warm-up, then cosine decay.
///
/// - Source: Loshchilov & Hutter, ICLR 2017, equation 5, without restarts.
public struct LearningRate: Sendable, Equatable {
    public let peak: Double
    /// The number of steps until the peak; 0 starts at the peak.
    public let warmUp: Int
    /// The total number of steps.
    public let steps: Int
    /// The rate of the last step as a fraction of the peak.
    public let final: Double

    /// - Precondition: `warmUp` is at least 0 and `steps` at least 1.
    public init(peak: Double, warmUp: Int, steps: Int, final: Double) {
        precondition(warmUp >= 0 && steps >= 1, "\(warmUp) warm-up steps of \(steps)")
        self.peak = peak
        self.warmUp = warmUp
        self.steps = steps
        self.final = final
    }

    /// - Parameter step: the index of the step, from 0.
    public func callAsFunction(_ step: Int) -> Double {
        if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
        let left = max(steps - warmUp - 1, 1)
        let share = min(Double(step - warmUp) / Double(left), 1)
        return peak * (final + (1 - final) * (1 + cos(.pi * share)) / 2)
    }
}
