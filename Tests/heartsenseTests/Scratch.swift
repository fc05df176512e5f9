import Foundation
import Imaging
import Programs

/// A folder that is gone when the test is, to run the program in.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("commands-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ name: String, _ content: Data) throws -> String {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: file)
        return file.path
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    func text(_ name: String) throws -> String { try String(contentsOfFile: self(name), encoding: .utf8) }

    func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: self(name))) }

    /// Every path below the folder, names that begin with a dot included.
    func everything() -> [String] {
        (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
    }

    func heartsense(_ arguments: String..., shell: String? = nil, output: String? = nil) throws -> Child.Outcome {
        try CommandLine.run(arguments, in: path, shell: shell, output: output)
    }

    /// Writes `data/`: class folders with small pictures of which no two are the same.
    func writePictures(_ perClass: [String: Int] = ["N": 5, "S": 5, "V": 5], folder: String = "data") throws {
        var number = 0
        for (code, count) in perClass.sorted(by: { $0.key < $1.key }) {
            for index in 0 ..< count {
                try write("\(folder)/\(code)/\(index).png", Self.picture(number))
                number += 1
            }
        }
    }

    /// An experiment on `data/` that takes no time.
    func writeExperiment(_ lines: String = "") throws {
        try write(
            "small.yaml",
            """
            name: small
            # These spikes are no heart: their shape tells the class, as the audit says.
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

    /// A line with a spike whose place, height and direction follow from the number.
    static func picture(_ number: Int) throws -> Data {
        let (width, height) = (64, 48)
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        for x in 4 ..< width - 4 {
            let spike = max(0, 8 + number / 32 % 12 - 3 * abs(x - 16 - number % 32))
            let top = height / 2 + (number.isMultiple(of: 2) ? -spike : spike)
            for index in (top ..< top + 3).flatMap({ y in (0 ..< 3).map { 3 * (y * width + x) + $0 } }) {
                pixels[index] = 20
            }
        }
        return try Page(width: width, height: height, pixels: pixels).pngData()
    }

    static func blank(width: Int = 64, height: Int = 48) throws -> Data {
        try Page(width: width, height: height, pixels: [UInt8](repeating: 255, count: 3 * width * height)).pngData()
    }
}
