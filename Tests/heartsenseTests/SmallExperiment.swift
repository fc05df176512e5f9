import Foundation
import TestSupport

extension Scratch {
    func heartsense(_ arguments: String..., shell: String? = nil, output: String? = nil) throws -> Child.Outcome {
        try CommandLine.run(arguments, in: path, shell: shell, output: output)
    }

    /// Writes `data/`: class folders of distinct small pictures.
    func writePictures(_ perClass: [String: Int] = ["N": 5, "S": 5, "V": 5], folder: String = "data") throws {
        var number = 0
        for (code, count) in perClass.sorted(by: { $0.key < $1.key }) {
            for index in 0 ..< count {
                try write("\(folder)/\(code)/\(index).png", SpikePicture.png(number))
                number += 1
            }
        }
    }

    /// Writes a fast experiment on `data/`.
    func writeExperiment(_ lines: String = "") throws {
        try write(
            "small.yaml",
            """
            name: small
            # The audit would find a leak: the shape of these spikes determines the class.
            audit: off
            dataset:
              path: data
              folds: 3
            preprocessing:
              size: 32
            extractor:
              alpha: 0.05
              cache: off
            evaluation:
              bootstrap: 0
            \(lines)
            """)
    }
}
