import Foundation
import Imaging
import Signals

@testable import PageDrawing

/// Recordings of simple shapes, and measurements on pictures of them.
enum MadeLeads {
    static let names = DrawingLayout.leadOrder(isCabrera: false)

    /// One lead at 500 Hz: 0 mV for a second, then 1 mV; the median is 0.
    static let step = Recording(
        samplingRate: 500,
        leads: [Recording.Lead(name: "II", samples: (0 ..< 1000).map { $0 <= 500 ? 0 : 1 })])

    /// Twelve leads of ten seconds at 250 Hz: slow waves of their own height and rate.
    static func waves(seconds: Double = 10) -> Recording {
        let count = Int(seconds * 250)
        return Recording(
            samplingRate: 250,
            leads: names.enumerated().map { number, name in
                let rate = 0.7 + 0.1 * Double(number)
                return Recording.Lead(
                    name: name,
                    samples: (0 ..< count).map { Float(0.4 * sin(2 * .pi * rate * Double($0) / 250 + Double(number))) })
            })
    }

    /// A style without anything but the traces.
    static var bare: PageStyle {
        var style = PageStyle()
        (style.grid, style.calibration, style.separators) = (.none, .none, .none)
        (style.hasLeadNames, style.hasFooter, style.ink) = (false, false, .black)
        return style
    }
}

extension Page {
    /// Returns 255 for black, 0 for white.
    func darkness(_ x: Int, _ y: Int) -> Double {
        guard x >= 0, y >= 0, x < width, y < height else { return 0 }
        let place = 3 * (y * width + x)
        return 255 - (Double(pixels[place]) + Double(pixels[place + 1]) + Double(pixels[place + 2])) / 3
    }

    /// Returns the middle of the ink in a column of pixels, within `reach` rows of a place; nil without ink.
    func inkCenter(column: Int, near row: Double, reach: Int) -> Double? {
        var (sum, weight) = (0.0, 0.0)
        for y in Int(row) - reach ... Int(row) + reach {
            let dark = darkness(column, y)
            guard dark > 60 else { continue }
            sum += dark * (Double(y) + 0.5)
            weight += dark
        }
        return weight > 0 ? sum / weight : nil
    }
}
