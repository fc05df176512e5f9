/// The scale of a page.
package struct PageGrid: Equatable, Sendable {
    /// The evidence for the scale.
    package enum Source: String, Sendable {
        /// Printed grid lines.
        case lines
        /// The size of the paper, which calibration pulses or the length of the rows confirm.
        case paper
        /// Calibration pulses, 10 mm high or another usual height.
        case pulse
        /// The size of the paper alone.
        case assumed
        /// The units of a vector file.
        case file
    }

    package var pixelsPerMillimeterX: Double
    package var pixelsPerMillimeterY: Double
    /// Rotation of the page in the picture in degrees, clockwise, −180…180.
    package var rotationDegrees: Double
    package var source: Source

    package init(pixelsPerMillimeterX: Double, pixelsPerMillimeterY: Double, rotationDegrees: Double, source: Source) {
        self.pixelsPerMillimeterX = pixelsPerMillimeterX
        self.pixelsPerMillimeterY = pixelsPerMillimeterY
        self.rotationDegrees = rotationDegrees
        self.source = source
    }
}

/// The way from mm of the straightened page to pixels of the picture as it was given.
///
/// A mesh of nodes at equal distances on the straightened page, each with its place in the picture. Places between nodes
/// are interpolated bilinearly, places outside are extrapolated from the nearest cell.
package struct PageMapping: Equatable, Sendable {
    package struct Point: Equatable, Sendable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// Number of nodes in a row, at least 2.
    package let columns: Int
    /// Number of rows of nodes, at least 2.
    package let rows: Int
    /// Distance between nodes in mm.
    package let spacingX: Double
    package let spacingY: Double
    /// rows × columns places in pixels, row-major. The first node is at 0 mm, 0 mm.
    package let nodes: [Point]

    /// - Precondition: at least 2 × 2 nodes, `nodes.count == columns * rows`, positive spacing.
    package init(columns: Int, rows: Int, spacingX: Double, spacingY: Double, nodes: [Point]) {
        precondition(columns >= 2 && rows >= 2 && nodes.count == columns * rows, "\(columns) × \(rows) nodes")
        precondition(spacingX > 0 && spacingY > 0, "nodes \(spacingX) × \(spacingY) mm apart")
        self.columns = columns
        self.rows = rows
        self.spacingX = spacingX
        self.spacingY = spacingY
        self.nodes = nodes
    }

    /// A page that is only scaled.
    package init(pixelsPerMillimeterX: Double, pixelsPerMillimeterY: Double) {
        let (x, y) = (100 * pixelsPerMillimeterX, 100 * pixelsPerMillimeterY)
        self.init(
            columns: 2, rows: 2, spacingX: 100, spacingY: 100,
            nodes: [Point(x: 0, y: 0), Point(x: x, y: 0), Point(x: 0, y: y), Point(x: x, y: y)])
    }

    /// Returns the place in the picture, in pixels from its left and top edge.
    package func pixel(x: Double, y: Double) -> Point {
        let column = max(0, min(columns - 2, Int((x / spacingX).rounded(.down))))
        let row = max(0, min(rows - 2, Int((y / spacingY).rounded(.down))))
        let right = x / spacingX - Double(column)
        let down = y / spacingY - Double(row)
        let first = row * columns + column
        func mix(_ value: (Point) -> Double) -> Double {
            let top = value(nodes[first]) * (1 - right) + value(nodes[first + 1]) * right
            let bottom = value(nodes[first + columns]) * (1 - right) + value(nodes[first + columns + 1]) * right
            return top * (1 - down) + bottom * down
        }
        return Point(x: mix(\.x), y: mix(\.y))
    }
}
