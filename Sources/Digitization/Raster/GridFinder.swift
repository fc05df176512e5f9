import Foundation

/// Finds the grid of a page: its pitch, its direction and its distortion.
///
/// Grid lines are a wave with one frequency vector for each of the two families of lines. A two-dimensional Fourier
/// transform of a few tiles gives both vectors and shows whether lines are 1 or 5 mm apart. From the best tile the phase
/// of the waves is followed over blocks of the whole page; the phases are the millimeters of the block centers.
struct GridFinder {
    private let width: Int
    private let height: Int
    private let grid: [UInt8]

    /// One family of lines: cycles per pixel along x and y.
    struct Wave: Equatable {
        var x: Double
        var y: Double
        var frequency: Double { (x * x + y * y).squareRoot() }
    }

    /// The waves of one tile.
    struct Tile {
        var centerX: Double
        var centerY: Double
        /// The family of vertical lines, and of horizontal lines. Both have `millimeters` per cycle.
        var vertical: Wave
        var horizontal: Wave
        var millimeters: Double
        /// Peak over noise.
        var clarity: Double
        /// Whether lines of 5 mm are visible.
        var hasBoldLines: Bool
        /// Whether lines of 5 mm and of 1 mm are visible, so that the scale is certain.
        var hasBothLines: Bool
        var pixelsPerMillimeter: Double { 1 / (vertical.frequency * millimeters) }

        /// The same grid with waves of 5 mm, where its waves are shorter and bold lines were seen.
        var boldLines: Tile? {
            guard hasBoldLines, millimeters < 5 else { return nil }
            var tile = self
            let part = millimeters / 5
            tile.vertical = Wave(x: vertical.x * part, y: vertical.y * part)
            tile.horizontal = Wave(x: horizontal.x * part, y: horizontal.y * part)
            tile.millimeters = 5
            return tile
        }
    }

    init(_ page: PageInk) {
        width = page.width
        height = page.height
        grid = page.grid
    }

    /// Returns the grid, or nil if the page has none.
    func find() -> GridSurface? {
        let tiles = tiles().filter { $0.clarity > 6 }.sorted { $0.clarity > $1.clarity }
        // Most tiles agree on the pitch; a single one may take a harmonic for it.
        func agreement(_ tile: Tile) -> Int {
            tiles.count { abs(log($0.pixelsPerMillimeter / tile.pixelsPerMillimeter)) < 0.12 }
        }
        // Tiles beyond the paper agree on nothing, or on the pattern of a table, where no grid lines up.
        var best: GridSurface?
        for tile in tiles.sorted(by: { (agreement($0), $0.clarity) > (agreement($1), $1.clarity) }) {
            for tile in [tile, tile.boldLines].compactMap({ $0 }) {
                guard let surface = GridPhases(grid: grid, width: width, height: height, tile: tile).surface()
                else { continue }
                if surface.agreement >= Self.goodAgreement { return surface }
                if surface.agreement > best?.agreement ?? Self.leastAgreement { best = surface }
            }
            if best != nil { return best }
        }
        return nil
    }

    /// Share of the visible grid that lines up with a surface that needs no comparison with others.
    private static let goodAgreement = 0.95
    /// Share of the visible grid that must line up.
    static let leastAgreement = 0.8

    // MARK: Tiles

    private static let side = 256

    func tiles() -> [Tile] {
        let side = Self.side
        let transform = FourierTransform(length: side)
        let hann = (0 ..< side).map { Float(0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(side))) }
        var result: [Tile] = []
        let columns = width >= 3 * side ? 3 : width >= 2 * side ? 2 : 1
        let rows = height >= 3 * side ? 3 : height >= 2 * side ? 2 : 1
        for row in 0 ..< rows {
            for column in 0 ..< columns {
                if rows == 3, columns == 3, (row + column) % 2 == 1 { continue }
                let left = columns == 1 ? max(0, (width - side) / 2) : column * (width - side) / (columns - 1)
                let top = rows == 1 ? max(0, (height - side) / 2) : row * (height - side) / (rows - 1)
                // Tiles stay away from the margins, where a page often has no grid.
                let x = left + (columns - 1 - 2 * column) * min(width / 8, 2 * side) / max(1, columns - 1)
                let y = top + (rows - 1 - 2 * row) * min(height / 8, 2 * side) / max(1, rows - 1)
                let power = spectrum(left: max(0, x), top: max(0, y), transform: transform, hann: hann)
                if let tile = TileSpectrum(power: power, side: side).tile(
                    centerX: Double(x) + Double(side) / 2, centerY: Double(y) + Double(side) / 2, pageWidth: width)
                {
                    result.append(tile)
                }
            }
        }
        return result
    }

    /// Returns side × side magnitudes, row-major, of the windowed tile.
    private func spectrum(left: Int, top: Int, transform: FourierTransform, hann: [Float]) -> [Float] {
        let side = Self.side
        var real = [Float](repeating: 0, count: side * side)
        var imaginary = real
        let right = min(width, left + side)
        let bottom = min(height, top + side)
        var mean: Float = 0
        for y in top ..< bottom { for x in left ..< right { mean += Float(grid[y * width + x]) } }
        mean /= Float(max(1, (right - left) * (bottom - top)))
        for y in top ..< bottom {
            for x in left ..< right {
                real[(y - top) * side + x - left] =
                    (Float(grid[y * width + x]) - mean) * hann[x - left] * hann[y - top]
            }
        }
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                for row in 0 ..< side {
                    transform.transform(real.baseAddress! + row * side, imaginary.baseAddress! + row * side)
                }
                var columnReal = [Float](repeating: 0, count: side)
                var columnImaginary = columnReal
                for column in 0 ..< side {
                    for row in 0 ..< side {
                        columnReal[row] = real[row * side + column]
                        columnImaginary[row] = imaginary[row * side + column]
                    }
                    columnReal.withUnsafeMutableBufferPointer { re in
                        columnImaginary.withUnsafeMutableBufferPointer { im in
                            transform.transform(re.baseAddress!, im.baseAddress!)
                        }
                    }
                    for row in 0 ..< side {
                        let magnitude = columnReal[row] * columnReal[row] + columnImaginary[row] * columnImaginary[row]
                        real[row * side + column] = magnitude.squareRoot()
                    }
                }
            }
        }
        return real
    }
}

/// The magnitudes of a tile's transform, and the comb of peaks of a grid in them.
struct TileSpectrum {
    let power: [Float]
    let side: Int

    /// Returns the magnitude of a bin. The spectrum repeats in both directions.
    private func at(_ x: Int, _ y: Int) -> Float {
        power[(y % side + side) % side * side + (x % side + side) % side]
    }

    /// Returns the magnitude near a frequency: the largest of 3 × 3 bins.
    private func magnitude(_ wave: GridFinder.Wave) -> Float {
        let column = Int((wave.x * Double(side)).rounded())
        let row = Int((wave.y * Double(side)).rounded())
        guard abs(column) < side / 2 - 1, abs(row) < side / 2 - 1 else { return 0 }
        var best: Float = 0
        for y in row - 1 ... row + 1 {
            for x in column - 1 ... column + 1 {
                best = max(best, at(x, y))
            }
        }
        return best
    }

    private func interpolated(_ x: Double, _ y: Double) -> Float {
        // Half a cycle per pixel is the highest frequency of a picture.
        guard abs(x) < 0.5, abs(y) < 0.5 else { return 0 }
        let (px, py) = (x * Double(side), y * Double(side))
        let (left, top) = (Int(px.rounded(.down)), Int(py.rounded(.down)))
        let (right, down) = (Float(px - Double(left)), Float(py - Double(top)))
        let upper = at(left, top) * (1 - right) + at(left + 1, top) * right
        let lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right
        return upper * (1 - down) + lower * down
    }

    /// Returns the strongest wave whose lines are at most 40° from vertical (or horizontal), with its magnitude.
    private func strongest(vertical: Bool) -> (wave: GridFinder.Wave, magnitude: Float) {
        var best: (Int, Int, Float) = (0, 0, 0)
        let reach = side * 9 / 20
        for along in 4 ..< reach {
            let across = along * 4 / 5
            for other in -across ... across {
                let (x, y) = vertical ? (along, other) : (other, along)
                let value = at(x, y)
                if value > best.2 { best = (x, y, value) }
            }
        }
        return (peak(x: best.0, y: best.1), best.2)
    }

    /// Returns the place of a peak between bins, by parabolas through its neighbors.
    private func peak(x: Int, y: Int) -> GridFinder.Wave {
        func offset(_ before: Float, _ center: Float, _ after: Float) -> Double {
            let curve = before - 2 * center + after
            return curve < 0 ? Double(max(-0.5, min(0.5, 0.5 * (before - after) / curve))) : 0
        }
        // The spectrum repeats in both directions.
        func at(_ x: Int, _ y: Int) -> Float {
            power[(y % side + side) % side * side + (x % side + side) % side]
        }
        let value = at(x, y)
        let dx = offset(at(x - 1, y), value, at(x + 1, y))
        let dy = offset(at(x, y - 1), value, at(x, y + 1))
        return GridFinder.Wave(x: (Double(x) + dx) / Double(side), y: (Double(y) + dy) / Double(side))
    }

    /// Returns the highest peak at most two bins from a wave: perspective changes the angle and the pitch of one family.
    private func refined(_ wave: GridFinder.Wave) -> GridFinder.Wave {
        let column = Int((wave.x * Double(side)).rounded())
        let row = Int((wave.y * Double(side)).rounded())
        let reach = 2
        guard abs(column) < side / 2 - reach - 1, abs(row) < side / 2 - reach - 1 else { return wave }
        var best: (x: Int, y: Int, value: Float) = (column, row, 0)
        for y in row - reach ... row + reach {
            for x in column - reach ... column + reach {
                let value = power[(y + side) % side * side + (x + side) % side]
                if value > best.value { best = (x, y, value) }
            }
        }
        return peak(x: best.x, y: best.y)
    }

    func tile(centerX: Double, centerY: Double, pageWidth: Int) -> GridFinder.Tile? {
        let vertical = strongest(vertical: true)
        let horizontal = strongest(vertical: false)
        guard vertical.magnitude > 0, horizontal.magnitude > 0 else { return nil }
        // Every 15th value is enough for a quantile, and hits all columns.
        let sorted = stride(from: 0, to: power.count, by: 15).map { power[$0] }.sorted()
        let noise = max(sorted[sorted.count * 3 / 4], 1e-3)
        // Directions of both families: the stronger one is trusted, the other is perpendicular.
        let first = vertical.magnitude >= horizontal.magnitude
        let lead = first ? vertical.wave : horizontal.wave
        let direction = (x: lead.x / lead.frequency, y: lead.y / lead.frequency)
        let alongX = first ? direction : (x: direction.y, y: -direction.x)
        let alongY = first ? (x: -direction.y, y: direction.x) : direction
        func comb(_ frequency: Double) -> (Float, Float) {
            (
                magnitude(GridFinder.Wave(x: alongX.x * frequency, y: alongX.y * frequency)),
                magnitude(GridFinder.Wave(x: alongY.x * frequency, y: alongY.y * frequency))
            )
        }
        func both(_ frequency: Double) -> Float {
            let (a, b) = comb(frequency)
            return (a * b).squareRoot()
        }
        /// The magnitude at a frequency, interpolated between bins.
        func exact(_ frequency: Double) -> Float {
            (interpolated(alongX.x * frequency, alongX.y * frequency)
                * interpolated(alongY.x * frequency, alongY.y * frequency)).squareRoot()
        }
        // The strongest peak may be a harmonic: a lower one explains it if its other harmonics stand out of the valleys
        // between them.
        let peak = lead.frequency
        let strongestBoth = both(peak)
        var divisor = 1
        for candidate in 2 ... 10 {
            let base = peak / Double(candidate)
            guard base * Double(side) >= 3.8 else { break }
            // Lines of 5 mm may be hardly darker than those of 1 mm; other harmonics of one line are alike.
            let share: Float = candidate % 5 == 0 ? 0.1 : 0.4
            var present = 0
            var asked = 0
            for harmonic in 1 ..< 2 * candidate where harmonic % candidate != 0 {
                let frequency = base * Double(harmonic)
                guard frequency < 0.42 else { break }
                asked += 1
                let valley = max(exact(frequency - base / 2), exact(frequency + base / 2))
                let value = exact(frequency)
                if value > 4 * noise, value > share * strongestBoth, value > 1.6 * valley { present += 1 }
            }
            if asked > 0, Double(present) >= 0.75 * Double(asked) { divisor = candidate }
        }
        let base = peak / Double(divisor)
        let fifth = exact(5 * base)
        let neighbors = max(exact(4 * base), 6 * base < 0.42 ? exact(6 * base) : 0)
        let hasSmallLines = 5 * base < 0.42 && fifth > 1.4 * neighbors && fifth > 5 * noise
        // With lines of one kind only, their number tells 1 mm from 5 mm: a page is 150 to 300 mm wide.
        let isLarge = divisor > 1 && hasSmallLines || Double(pageWidth) * base < 75
        let millimetersOfBase = isLarge ? 5.0 : 1.0
        // Blurred lines of 5 mm can be weaker than their second harmonic, which then looks like a narrow page.
        guard isLarge || Double(pageWidth) * base >= 150 else { return nil }
        // Follow the line pitch of 1 mm where it is strong, else the strongest harmonic.
        var cycles = Double(divisor)
        if isLarge, hasSmallLines, fifth > 0.25 * strongestBoth { cycles = 5 }
        let frequency = base * cycles
        return GridFinder.Tile(
            centerX: centerX, centerY: centerY,
            vertical: refined(GridFinder.Wave(x: alongX.x * frequency, y: alongX.y * frequency)),
            horizontal: refined(GridFinder.Wave(x: alongY.x * frequency, y: alongY.y * frequency)),
            millimeters: millimetersOfBase / cycles, clarity: Double(both(frequency) / noise), hasBoldLines: isLarge,
            hasBothLines: isLarge && hasSmallLines)
    }
}
