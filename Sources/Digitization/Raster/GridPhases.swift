import Foundation

/// Follows the phase of the grid's two waves over the page, block by block.
struct GridPhases {
    private let grid: [UInt8]
    private let width: Int
    private let height: Int
    private let tile: GridFinder.Tile
    /// Half the side of a block in pixels.
    private let half: Int
    private let columns: Int
    private let rows: Int

    private struct Measured {
        var wave: GridFinder.Wave
        /// Cycles at the center of the block, unwrapped.
        var cycles: Double
        var amplitude: Double
    }

    init(grid: [UInt8], width: Int, height: Int, tile: GridFinder.Tile) {
        self.grid = grid
        self.width = width
        self.height = height
        self.tile = tile
        let period = 1 / min(tile.vertical.frequency, tile.horizontal.frequency)
        half = min(max(32, min(Int(8 * period), 64), Int(4 * period)), max(24, min(width, height) / 4))
        columns = max(2, (width - 2 * half) / (2 * half) + 1)
        rows = max(2, (height - 2 * half) / (2 * half) + 1)
    }

    private func center(_ column: Int, _ row: Int) -> (x: Int, y: Int) {
        (
            half + (width - 2 * half) * column / (columns - 1),
            half + (height - 2 * half) * row / (rows - 1)
        )
    }

    /// Returns the surface of millimeters, or nil if too few blocks show the grid.
    func surface() -> GridSurface? {
        guard width > 2 * half, height > 2 * half else { return nil }
        let vertical = follow(tile.vertical)
        let horizontal = follow(tile.horizontal)
        func samples(_ blocks: [Measured?]) -> [GridSurface.Sample] {
            let amplitudes = blocks.compactMap { $0?.amplitude }.sorted()
            guard let typical = amplitudes.isEmpty ? nil : amplitudes[amplitudes.count * 3 / 4] else { return [] }
            return blocks.enumerated().compactMap { index, block in
                guard let block, block.amplitude > 0.3 * typical else { return nil }
                let place = center(index % columns, index / columns)
                return GridSurface.Sample(
                    x: Double(place.x), y: Double(place.y), millimeters: block.cycles * tile.millimeters)
            }
        }
        let x = samples(vertical)
        let y = samples(horizontal)
        let least = max(6, columns * rows / 8)
        guard x.count >= least, y.count >= least else { return nil }
        return GridSurface(x: x, y: y, width: width, height: height, margin: Double(half))
    }

    // MARK: Steps

    /// Measures all blocks, each from its best measured neighbor.
    private func follow(_ wave: GridFinder.Wave) -> [Measured?] {
        var blocks = [Measured?](repeating: nil, count: columns * rows)
        var start = 0
        var nearest = Double.infinity
        for index in 0 ..< blocks.count {
            let place = center(index % columns, index / columns)
            let distance = hypot(Double(place.x) - tile.centerX, Double(place.y) - tile.centerY)
            if distance < nearest { (nearest, start) = (distance, index) }
        }
        let first = measure(start, near: wave)
        blocks[start] = first
        let enough = 0.2 * first.amplitude
        var waiting = [start]
        while !waiting.isEmpty {
            // The clearest block goes on first.
            let best = waiting.indices.max { blocks[waiting[$0]]!.amplitude < blocks[waiting[$1]]!.amplitude }!
            let from = waiting.remove(at: best)
            let known = blocks[from]!
            let place = center(from % columns, from / columns)
            for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                let (column, row) = (from % columns + dx, from / columns + dy)
                guard column >= 0, column < columns, row >= 0, row < rows else { continue }
                let next = row * columns + column
                guard blocks[next] == nil else { continue }
                var found = measure(next, near: known.wave)
                let change = hypot(found.wave.x - known.wave.x, found.wave.y - known.wave.y)
                guard found.amplitude > enough, change < 0.08 * known.wave.frequency else { continue }
                let there = center(column, row)
                let (stepX, stepY) = (Double(there.x - place.x), Double(there.y - place.y))
                let predicted =
                    known.cycles + (known.wave.x + found.wave.x) / 2 * stepX
                    + (known.wave.y + found.wave.y) / 2 * stepY
                found.cycles += (predicted - found.cycles).rounded()
                guard abs(found.cycles - predicted) < 0.3 else { continue }
                blocks[next] = found
                waiting.append(next)
            }
        }
        return blocks
    }

    /// Returns wave and phase of a block; the phases of its quarters refine the frequency.
    private func measure(_ block: Int, near wave: GridFinder.Wave) -> Measured {
        let place = center(block % columns, block / columns)
        var wave = wave
        var phase = 0.0
        var amplitude = 0.0
        for round in 0 ..< 2 {
            let quarters = quarterSums(x: place.x, y: place.y, wave: wave)
            func angle(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
                // The angle from a to b in cycles.
                atan2(a.0 * b.1 - a.1 * b.0, a.0 * b.0 + a.1 * b.1) / (2 * Double.pi)
            }
            let left = (quarters[0].0 + quarters[2].0, quarters[0].1 + quarters[2].1)
            let right = (quarters[1].0 + quarters[3].0, quarters[1].1 + quarters[3].1)
            let top = (quarters[0].0 + quarters[1].0, quarters[0].1 + quarters[1].1)
            let bottom = (quarters[2].0 + quarters[3].0, quarters[2].1 + quarters[3].1)
            let all = (left.0 + right.0, left.1 + right.1)
            phase = atan2(all.1, all.0) / (2 * Double.pi)
            amplitude = hypot(all.0, all.1) / Double(4 * half * half)
            if round == 0 {
                wave.x += angle(left, right) / Double(half)
                wave.y += angle(top, bottom) / Double(half)
            }
        }
        return Measured(wave: wave, cycles: phase, amplitude: amplitude)
    }

    /// Returns Σ g·exp(−2πi (wave · (p − center))) over the four quarters of a block.
    private func quarterSums(x: Int, y: Int, wave: GridFinder.Wave) -> [(Double, Double)] {
        let side = 2 * half
        var cosines = [Float](repeating: 0, count: side)
        var sines = cosines
        for index in 0 ..< side {
            let angle = -2 * Double.pi * wave.x * (Double(index - half) + 0.5)
            cosines[index] = Float(cos(angle))
            sines[index] = Float(sin(angle))
        }
        var sums = [(Double, Double)](repeating: (0, 0), count: 4)
        grid.withUnsafeBufferPointer { grid in
            cosines.withUnsafeBufferPointer { cosines in
                sines.withUnsafeBufferPointer { sines in
                    for row in 0 ..< side {
                        let line = y - half + row
                        guard line >= 0, line < height else { continue }
                        let angle = -2 * Double.pi * wave.y * (Double(row - half) + 0.5)
                        let (c, s) = (cos(angle), sin(angle))
                        for part in 0 ..< 2 {
                            let first = max(0, x - half + part * half)
                            let last = min(width, x + part * half)
                            guard first < last else { continue }
                            var re = SIMD8<Float>(repeating: 0)
                            var im = re
                            let base = line * width
                            let offset = half - x
                            var column = first
                            while column + 8 <= last {
                                var values = SIMD8<Float>()
                                for lane in 0 ..< 8 { values[lane] = Float(grid[base + column + lane]) }
                                var cs = SIMD8<Float>()
                                var sn = SIMD8<Float>()
                                for lane in 0 ..< 8 {
                                    cs[lane] = cosines[column + offset + lane]
                                    sn[lane] = sines[column + offset + lane]
                                }
                                re += values * cs
                                im += values * sn
                                column += 8
                            }
                            var (real, imaginary) = (re.sum(), im.sum())
                            while column < last {
                                let value = Float(grid[base + column])
                                real += value * cosines[column + offset]
                                imaginary += value * sines[column + offset]
                                column += 1
                            }
                            let quarter = (row < half ? 0 : 2) + part
                            sums[quarter].0 += Double(real) * c - Double(imaginary) * s
                            sums[quarter].1 += Double(real) * s + Double(imaginary) * c
                        }
                    }
                }
            }
        }
        return sums
    }
}
