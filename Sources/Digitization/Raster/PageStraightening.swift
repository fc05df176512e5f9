import Foundation

/// Resamples the ink of a turned, tilted or curled page so that its grid is straight.
enum PageStraightening {
    /// Returns the ink at `scale` pixels per mm in both directions; the first pixel begins at 0 mm, 0 mm.
    static func straighten(
        _ page: PageInk, mapping: PageMapping, width millimetersX: Double, height millimetersY: Double, scale: Double
    ) -> PageInk {
        let width = max(8, Int(millimetersX * scale))
        let height = max(8, Int(millimetersY * scale))
        var ink = [UInt8](repeating: 0, count: width * height)
        // Places along a row are linear between the nodes of the mesh.
        let cell = max(1, Int(mapping.spacingX * scale))
        page.ink.withUnsafeBufferPointer { source in
            ink.withUnsafeMutableBufferPointer { ink in
                for row in 0 ..< height {
                    let y = (Double(row) + 0.5) / scale
                    var column = 0
                    while column < width {
                        let end = min(width, column + cell)
                        let first = mapping.pixel(x: (Double(column) + 0.5) / scale, y: y)
                        let last = mapping.pixel(x: (Double(end) + 0.5) / scale, y: y)
                        let count = Float(end - column)
                        let stepX = Float(last.x - first.x) / count
                        let stepY = Float(last.y - first.y) / count
                        var px = Float(first.x) - 0.5
                        var py = Float(first.y) - 0.5
                        for x in column ..< end {
                            let (left, top) = (Int(px.rounded(.down)), Int(py.rounded(.down)))
                            if left >= 0, top >= 0, left + 1 < page.width, top + 1 < page.height {
                                let (right, down) = (px - Float(left), py - Float(top))
                                let base = top * page.width + left
                                let (a, b) = (Float(source[base]), Float(source[base + 1]))
                                let (c, d) = (Float(source[base + page.width]), Float(source[base + page.width + 1]))
                                let upper = a + (b - a) * right
                                let lower = c + (d - c) * right
                                ink[row * width + x] = UInt8(upper + (lower - upper) * down)
                            }
                            px += stepX
                            py += stepY
                        }
                        column = end
                    }
                }
            }
        }
        return PageInk(width: width, height: height, ink: ink, like: page)
    }
}
