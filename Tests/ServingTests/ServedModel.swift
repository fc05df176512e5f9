import Foundation
import Imaging
import Programs
import Synchronization

/// A model for the server's tests, trained once by the built program on pictures that nobody would take for a heart.
enum ServedModel {
    static let folder: Result<String, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("serving-\(UUID())").path
        for (index, code) in ["N", "S", "V"].enumerated() {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/data/\(code)", withIntermediateDirectories: true)
            for number in 0 ..< 5 {
                try picture(5 * index + number).write(to: URL(fileURLWithPath: "\(folder)/data/\(code)/\(number).png"))
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
            ServedModel.made.withLock { if let folder = $0 { try? FileManager.default.removeItem(atPath: folder) } }
        }
        try Program.run("heartsense", ["train", "small.yaml", "--output", "run"], in: folder).succeeded()
        return folder
    }

    /// To be removed when the tests end.
    private static let made = Mutex<String?>(nil)

    static var path: String { get throws { try folder.get() + "/run/model.h5" } }

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
}

/// The built programs, which stand beside the test bundle.
enum Program {
    struct Failure: Error { let text: String }

    static func url(_ name: String) -> URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name)
    }

    static func run(
        _ name: String, _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> Child.Outcome {
        try Child.run(
            url(name).path, arguments, in: folder,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    }
}
