import Imaging

/// Pages for tests, drawn pixel by pixel.
package enum DrawnPage {
    package struct Colour {
        package let red, green, blue: UInt8
        package static let white = Colour(red: 255, green: 255, blue: 255)
        package static let black = Colour(red: 0, green: 0, blue: 0)

        package init(red: UInt8, green: UInt8, blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
    }

    /// A page on which `isInk` says what is drawn.
    package static func page(
        width: Int, height: Int, ink: Colour = .black, paper: Colour = .white, isInk: (Int, Int) -> Bool
    ) -> Page {
        var pixels: [UInt8] = []
        for y in 0 ..< height {
            for x in 0 ..< width {
                let colour = isInk(x, y) ? ink : paper
                pixels += [colour.red, colour.green, colour.blue]
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }

    package static func gray(width: Int, height: Int, _ grey: (Int, Int) -> UInt8) -> GrayImage {
        var pixels: [UInt8] = []
        for y in 0 ..< height {
            for x in 0 ..< width { pixels.append(grey(x, y)) }
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }
}
