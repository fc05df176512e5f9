import Foundation

/// The learning rate of each step: a straight warm-up, then half a cosine down.
///
/// - Source: Loshchilov & Hutter, ICLR 2017, equation 5, without restarts.
public struct LearningRate: Sendable, Equatable {
    public let peak: Double
    /// Steps until the peak; 0 starts with it.
    public let warmUp: Int
    /// Steps in all.
    public let steps: Int
    /// The last step's rate as a share of the peak.
    public let final: Double

    /// - Precondition: `warmUp` is not negative, `steps` at least 1.
    public init(peak: Double, warmUp: Int, steps: Int, final: Double) {
        precondition(warmUp >= 0 && steps >= 1, "\(warmUp) steps of warm-up in \(steps)")
        self.peak = peak
        self.warmUp = warmUp
        self.steps = steps
        self.final = final
    }

    /// - Parameter step: from 0.
    public func callAsFunction(_ step: Int) -> Double {
        if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
        let left = max(steps - warmUp - 1, 1)
        let share = min(Double(step - warmUp) / Double(left), 1)
        return peak * (final + (1 - final) * (1 + cos(.pi * share)) / 2)
    }
}
