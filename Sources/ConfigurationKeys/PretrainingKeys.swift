import Imaging

extension ConfigurationKey {
    /// The commands that read an experiment file.
    package enum Command: String, CaseIterable {
        case train, pretrain
    }

    /// Whether a command reads this key.
    func isOf(_ command: Command) -> Bool {
        let isPretraining = Self.pretraining.contains { $0.path == path }
        switch command {
        case .train: return !isPretraining && path != Self.leaveOut
        case .pretrain: return isPretraining || Self.shared.contains(path) || path.hasPrefix("preprocessing.")
        }
    }

    private static let shared: Set<String> = [
        "name", "seed", "dataset.path", "dataset.labels", "dataset.validation", "dataset.skip_unreadable",
        leaveOut,
    ]

    /// Stands in the block of the data sets, and is read by `pretrain` alone.
    package static let leaveOut = "dataset.leave_out"

    /// What only `pretrain` reads.
    static let pretraining: [ConfigurationKey] =
        [
            .init("network.start", "random", "random (seeded), or a Keras HDF5 file with MobileNetV2 weights"),
            .init("network.alpha", "0.5", "width of a network that starts from random"),
            .init("network.dropout", "0.2", "share of features that each step leaves out before the head"),
            .init("network.frozen", "none", "layers that stay as they are, by how their names begin: Conv1, block_1_"),
            .init(
                "network.batch_normalisation", "training",
                "training: statistics of each batch; frozen: the moving statistics of the start"),
            .init("network.batch_normalisation_momentum", "0.99", "how much of the moving statistics a step keeps"),
            .init("network.precision", "float32", "of the kernels in weights.h5: float32 or float16"),
            .init("network.head", "false", "true: write the head's kernel and bias too (head.h5)"),

            .init(
                "classes.sampling", "sqrt",
                "how often a class is drawn: natural (as often as it is there), sqrt (of that) or uniform"),
            .init(
                "classes.weight", "none",
                "weights of positives in the loss: none, sqrt or balanced (inverse to their number among those drawn)"),
            .init("classes.label_smoothing", "0.05", "targets are this share of the way to ½"),
        ] + augmentation + [
            .init("optimizer.rule", "adamw", "adamw or sgd"),
            .init("optimizer.rate", "0.002", "learning rate at its peak"),
            .init("optimizer.weight_decay", "0.05", "share of the learning rate by which kernels shrink in each step"),
            .init("optimizer.momentum", "0.9", "β1 of adamw, momentum of sgd"),
            .init("optimizer.beta2", "0.999", "adamw: how much of the mean square a step keeps"),
            .init("optimizer.clip", "1.0", "the longest gradient (norm over all parameters), or off"),
            .init("optimizer.average", "0.999", "decay of the moving average of the weights that is kept, or off"),

            .init("schedule.epochs", "20", "how many"),
            .init("schedule.epoch_images", "auto", "pictures of an epoch; auto: as many as there are to learn from"),
            .init("schedule.batch", "32", "pictures of a step"),
            .init("schedule.warmup", "1", "epochs until the learning rate's peak"),
            .init("schedule.final", "0.01", "the last step's learning rate as a share of the peak (half a cosine)"),
            .init("schedule.patience", "off", "stop after so many epochs without a better validation score, or off"),
            .init("schedule.keep", "last", "the weights that are written: last, or best by the validation score"),
        ]

    private static let augmentation: [ConfigurationKey] = {
        let standard = AugmentationStrengths()
        return [
            .init(
                "augmentation.share", "\(standard.share)", "of pictures that are changed; others are seen as they are"),
            .init("augmentation.probability", "\(standard.probability)", "of each effect in a picture that is changed"),
        ]
            + AugmentationEffect.allCases.map { effect in
                .init("augmentation.\(effect.rawValue)", "\(standard[keyPath: effect.strength])", effect.meaning)
            }
    }()

    /// Resolved values as a file that reads back as the same.
    package static func yaml(of resolved: [String: String]) -> String {
        var lines: [String] = []
        var open: [String] = []
        for key in all {
            guard let value = resolved[key.path] else { continue }
            let parts = key.path.split(separator: ".").map(String.init)
            var depth = 0
            while depth < min(open.count, parts.count - 1), open[depth] == parts[depth] { depth += 1 }
            for level in depth ..< parts.count - 1 {
                lines.append(String(repeating: "  ", count: level) + parts[level] + ":")
            }
            open = Array(parts.dropLast())
            let text = YAMLScalar.text(of: value)
            lines.append(String(repeating: "  ", count: open.count) + parts[parts.count - 1] + ": " + text)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension AugmentationEffect {
    /// What its key stands for.
    fileprivate var meaning: String {
        switch self {
        case .thicker: "lines up to so many times as wide; 1 switches it off"
        case .thinner: "lines as thin as this share of their width; 1 switches it off"
        case .rotation: "degrees, either way"
        case .perspective: "how much larger one side of the page appears than the other"
        case .stretchTime: "stretched or compressed along time by this share"
        case .stretchAmplitude: "the same for the amplitude"
        case .wander: "height of the baseline's wave, in shorter sides of the page"
        case .crop: "share of width and height cut off, or half of it added as margin"
        case .erase: "sides of up to two rectangles without ink, as shares of the page's"
        case .resolution: "so many times more or fewer pixels along a side; 1 switches it off"
        case .antiAliasing: "share of pictures with this effect that are drawn with hard edges"
        case .grid: "contrast of ECG paper's squares against the ink's, below the half that counts as ink"
        case .ink: "loss of contrast with ink and paper of other colours"
        case .inversion: "share of those colours that are light ink on dark paper"
        case .shade: "loss of light from one edge of the page to the other"
        case .blur: "σ in shorter sides of the page"
        case .noise: "σ in parts of the ink's contrast"
        case .jpeg: "JPEG quality of 100 less so much of it"
        }
    }
}
