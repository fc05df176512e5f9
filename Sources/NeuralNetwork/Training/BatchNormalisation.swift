/// What batch normalisations do in a step.
public enum BatchNormalisation: Equatable, Sendable {
    /// Mean and (biased) variance of the batch; moving = momentum · moving + (1 − momentum) · batch. Keras' MobileNetV2
    /// has 0.999, which takes thousands of steps: short trainings want 0.99 or less.
    case training(momentum: Double)
    /// The moving statistics, which stay as they are. Gammas and betas still have gradients.
    case frozen
}
