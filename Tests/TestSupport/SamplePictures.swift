import Foundation
import Imaging
import LinearAlgebra

/// Small synthetic pictures that resemble beats.
package enum SamplePictures {
    /// Draws a line with a spike. Position, height and direction depend on the number, so all pictures differ.
    package static func beat(_ number: Int, width: Int = 64, height: Int = 48) -> Page {
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        let center = 16 + number % 32
        for x in 4 ..< width - 4 {
            let distance = abs(x - center)
            let spike = max(0, 8 + number / 32 % 12 - 3 * distance)
            let y = height / 2 + (number.isMultiple(of: 2) ? -spike : spike)
            for thickness in 0 ..< 3 {
                for channel in 0 ..< 3 { pixels[3 * ((y + thickness) * width + x) + channel] = 20 }
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }

    package static func png(_ number: Int) throws -> Data { try beat(number).pngData() }

    package static func blank(width: Int = 64, height: Int = 48) throws -> Data {
        try Page(width: width, height: height, pixels: [UInt8](repeating: 255, count: 3 * width * height)).pngData()
    }

    /// Writes `count` pictures named 0.png, 1.png, … and returns their paths.
    package static func write(_ count: Int, to scratch: Scratch, folder: String = "pictures") throws -> [String] {
        try (0 ..< count).map { try scratch.write("\(folder)/\($0).png", png($0)) }
    }

    /// Writes a folder of class folders.
    package static func writeClasses(_ perClass: [String: Int], to scratch: Scratch, folder: String) throws -> String {
        var number = 0
        for (code, count) in perClass.sorted(by: { $0.key < $1.key }) {
            for index in 0 ..< count {
                try scratch.write("\(folder)/\(code)/\(index).png", png(number))
                number += 1
            }
        }
        return scratch(folder)
    }
}
