import Foundation
import Synchronization

/// A model for all tests, trained once per test run by the built program on pictures of spikes.
public enum SmallModel {
    /// The folder with `data/`, `small.yaml` and `run/`.
    public static let folder: Result<String, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("small-model-\(UUID())").path
        for (index, code) in ["N", "S", "V"].enumerated() {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/data/\(code)", withIntermediateDirectories: true)
            for number in 0 ..< 5 {
                try SpikePicture.png(5 * index + number)
                    .write(to: URL(fileURLWithPath: "\(folder)/data/\(code)/\(number).png"))
            }
        }
        try Data(
            """
            name: small
            audit: off
            dataset: {path: data, folds: 3}
            preprocessing: {size: 32}
            extractor: {alpha: 0.05, cache: off}
            uncertainty: {false_alarms: off}
            evaluation: {bootstrap: 0}
            """.utf8
        ).write(to: URL(fileURLWithPath: "\(folder)/small.yaml"))
        made.withLock { $0 = folder }
        atexit {
            SmallModel.made.withLock { if let folder = $0 { try? FileManager.default.removeItem(atPath: folder) } }
        }
        try Program.run("heartsense", ["train", "small.yaml", "--output", "run"], in: folder).succeeded()
        return folder
    }

    /// The path of another version: a model of the same name, trained with another seed.
    public static let otherVersion: Result<String, any Error> = Result {
        let folder = try SmallModel.folder.get()
        try Program.run("heartsense", ["train", "small.yaml", "seed=8", "--output", "other"], in: folder).succeeded()
        return "\(folder)/other/model.h5"
    }

    /// The folder to remove when the tests end.
    private static let made = Mutex<String?>(nil)

    /// The path of the model file.
    public static var path: String { get throws { try folder.get() + "/run/model.h5" } }
}
