import Foundation
import Imaging

/// Small pictures, all different, that do not resemble an ECG.
public enum SpikePicture {
    public static let (width, height) = (64, 48)

    /// Returns a PNG of a line with a spike whose position, height and direction depend on the number.
    public static func png(_ number: Int) throws -> Data {
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

    /// Returns a white PNG.
    public static func blank(width: Int = width, height: Int = height) throws -> Data {
        try Page(width: width, height: height, pixels: [UInt8](repeating: 255, count: 3 * width * height)).pngData()
    }
}
