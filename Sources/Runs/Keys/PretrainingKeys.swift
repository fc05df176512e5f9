import ConfigurationKeys
import Imaging
import ParameterTables

extension ExperimentKeys {
    /// The keys that only `heartsense pretrain` reads.
    static let pretraining: [ConfigurationKey] =
        [
            key(
                "network.start", "random", .either("random", .text),
                "random (seeded), or a Keras HDF5 file with MobileNetV2 weights"),
            key("network.alpha", "0.5", .number(0.05 ... 4), "width of the network if it starts from random weights"),
            key(
                "network.dropout", "0.2", .number(0 ... 0.95), "share of features that each step drops before the head"),
            key(
                "network.frozen", "none", .either("none", .list),
                "prefixes of the names of layers that do not change, such as Conv1, block_1_"),
            key(
                "network.batch_normalisation", "training", .choice(["training", "frozen"]),
                "training: statistics of each batch; frozen: the moving statistics of the start"),
            key(
                "network.batch_normalisation_momentum", "0.99", .number(0 ... 1),
                "share of the moving statistics that a step keeps"),
            key(
                "network.precision", "float32", .choice(["float32", "float16"]),
                "precision of the kernels in weights.h5: float32 or float16"),
            key("network.head", "false", .flag, "true: also write the kernel and bias of the head (head.h5)"),

            key(
                "classes.sampling", "sqrt", .choice(["natural", "sqrt", "uniform"]),
                "frequency of a class: natural (as in the data), sqrt (its square root) or uniform"),
            key(
                "classes.weight", "none", .choice(["none", "sqrt", "balanced"]),
                "weights of positives in the loss: none, sqrt or balanced (inverse to their frequency in the samples)"),
            key(
                "classes.label_smoothing", "0.05", .number(0 ... 0.5), "share by which targets are moved towards ½"),
        ] + augmentation + [
            key("optimizer.rule", "adamw", .choice(["adamw", "sgd"]), "adamw or sgd"),
            key("optimizer.rate", "0.002", .number(0 ... 1000), "peak of the learning rate"),
            key(
                "optimizer.weight_decay", "0.05", .number(0 ... 1000),
                "share of the learning rate by which kernels shrink in each step"),
            key("optimizer.momentum", "0.9", .number(0 ... 0.9999), "β1 of adamw, momentum of sgd"),
            key(
                "optimizer.beta2", "0.999", .number(0 ... 0.999999), "adamw: share of the mean square that a step keeps"
            ),
            key(
                "optimizer.clip", "1.0", .either("off", .number(1e-9 ... 1e9)),
                "maximum norm of the gradient over all parameters, or off"),
            key(
                "optimizer.average", "0.999", .either("off", .number(0 ... 0.999999)),
                "decay of the moving average of the weights, or off"),

            key("schedule.epochs", "20", .whole(1 ... 100_000), "number of epochs"),
            key(
                "schedule.epoch_images", "auto", .either("auto", .whole(1 ... 1_000_000_000)),
                "pictures per epoch; auto: the number of training pictures"),
            key("schedule.batch", "32", .whole(2 ... 1024), "pictures per step"),
            key("schedule.warmup", "1", .number(0 ... 1e5), "epochs until the peak of the learning rate"),
            key(
                "schedule.final", "0.01", .number(0 ... 1),
                "learning rate of the last step as a share of the peak (half a cosine)"),
            key(
                "schedule.patience", "off", .either("off", .whole(1 ... 100_000)),
                "stop after this number of epochs without a better validation score, or off"),
            key(
                "schedule.keep", "last", .choice(["last", "best"]),
                "weights to write: last, or best by the validation score"),
        ]

    private static let augmentation: [ConfigurationKey] = {
        let standard = AugmentationStrengths()
        return [
            key(
                "augmentation.share", "\(standard.share)", .number(0 ... 1),
                "share of pictures that are changed; the others are used as they are"),
            key(
                "augmentation.probability", "\(standard.probability)", .number(0 ... 1),
                "probability of each effect in a changed picture"),
        ]
            + AugmentationEffect.allCases.map { effect in
                key(
                    "augmentation.\(effect.rawValue)", "\(standard[keyPath: effect.strength])", .number(effect.range),
                    effect.meaning)
            }
    }()

    private static func key(
        _ path: String, _ standard: String, _ form: ValueForm, _ meaning: String
    ) -> ConfigurationKey {
        ConfigurationKey(path, standard, form, meaning, readBy: [.pretrain])
    }
}

extension AugmentationEffect {
    fileprivate var meaning: String {
        switch self {
        case .thicker: "maximum factor by which lines become wider; 1: off"
        case .thinner: "minimum factor by which lines become thinner; 1: off"
        case .rotation: "maximum rotation in degrees, in both directions"
        case .perspective: "maximum share by which one side of the page is larger than the other"
        case .stretchTime: "maximum share by which time is stretched or compressed"
        case .stretchAmplitude: "maximum share by which the amplitude is stretched or compressed"
        case .wander: "maximum height of baseline wander, as a share of the shorter side of the page"
        case .crop: "maximum share of width and height to cut off; half of it is the maximum margin to add"
        case .erase: "maximum sides of up to two rectangles without ink, as shares of the sides of the page"
        case .resolution: "maximum factor by which the pixels along a side decrease or increase; 1: off"
        case .antiAliasing: "share of pictures with this effect that are drawn without anti-aliasing"
        case .grid: "maximum contrast of the squares of ECG paper relative to ink; below the half that counts as ink"
        case .ink: "maximum loss of contrast with ink and paper of other colors"
        case .inversion: "share of those colors that are light ink on dark paper"
        case .shade: "maximum loss of light from one edge of the page to the other"
        case .blur: "maximum σ of blur, as a share of the shorter side of the page"
        case .noise: "maximum σ of noise, as a share of the contrast of the ink"
        case .jpeg: "maximum reduction of the JPEG quality, as a share of 100"
        }
    }
}
