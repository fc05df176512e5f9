import Imaging

/// Pages for tests, drawn pixel by pixel.
package enum DrawnPage {
    package struct Color {
        package let red, green, blue: UInt8
        package static let white = Color(red: 255, green: 255, blue: 255)
        package static let black = Color(red: 0, green: 0, blue: 0)

        package init(red: UInt8, green: UInt8, blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
    }

    /// Returns a page with ink where `isInk` is true.
    package static func page(
        width: Int, height: Int, ink: Color = .black, paper: Color = .white, isInk: (Int, Int) -> Bool
    ) -> Page {
        var pixels: [UInt8] = []
        for y in 0 ..< height {
            for x in 0 ..< width {
                let color = isInk(x, y) ? ink : paper
                pixels += [color.red, color.green, color.blue]
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }

    package static func gray(width: Int, height: Int, _ gray: (Int, Int) -> UInt8) -> GrayImage {
        var pixels: [UInt8] = []
        for y in 0 ..< height {
            for x in 0 ..< width { pixels.append(gray(x, y)) }
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }
}
