import Foundation
import Imaging
import LinearAlgebra

/// A temporary folder of small pictures in two classes, with a model and its evaluations.
final class RobustnessFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("robustness-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// N has one tall peak, V a wide step, each at a different position.
    func writePictures(perClass: Int) throws {
        var random = SeededGenerator(seed: 11)
        for label in ["N", "V"] {
            for number in 0 ..< perClass {
                let place = 20 + random.integer(below: 24)
                try Self.page(isWide: label == "V", at: place, ink: 0).writePNG(to: file(label, number))
            }
        }
    }

    func file(_ label: String, _ number: Int) throws -> String {
        let folder = self["pictures/\(label)"]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return "\(folder)/\(label)-\(number).png"
    }

    /// A barely visible line of one pixel. Blurring makes it invisible.
    static var faintLine: Page {
        Page(
            width: 72, height: 48,
            pixels: (0 ..< 72 * 48 * 3).map { 4 ..< 68 ~= $0 / 3 % 72 && $0 / 216 == 20 ? 225 : 250 })
    }

    /// 72 × 48, a line two pixels wide on paper of 250.
    static func page(isWide: Bool, at place: Int, ink: UInt8) -> Page {
        var pixels = [UInt8](repeating: 250, count: 72 * 48 * 3)
        func mark(_ x: Int, _ y: Int) {
            for channel in 0 ..< 3 { pixels[3 * (y * 72 + x) + channel] = ink }
        }
        let width = isWide ? 16 : 2
        for x in 4 ..< 68 {
            let isUp = (place ..< place + width).contains(x)
            for y in isUp ? 8 ..< 10 : 36 ..< 38 { mark(x, y) }
        }
        for y in 8 ..< 38 {
            for x in [place, place + 1, place + width, place + width + 1] { mark(x, y) }
        }
        return Page(width: 72, height: 48, pixels: pixels)
    }
}
