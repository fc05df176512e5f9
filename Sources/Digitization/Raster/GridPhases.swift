import Foundation

/// Follows the phase of the grid's two waves over the page, block by block.
struct GridPhases {
    private let grid: [UInt8]
    private let width: Int
    private let height: Int
    private let tile: GridFinder.Tile
    /// Half the side of a block in pixels.
    private let half: Int
    /// Weights of the pixels of a block along both directions.
    private let window: [Float]
    /// Sum of the weights of a block.
    private let weight: Double
    /// Pixels between the centroids of both halves of the window.
    private let centroids: Double
    private let columns: Int
    private let rows: Int

    private struct Measured {
        var wave: GridFinder.Wave
        /// Cycles at the center of the block, unwrapped.
        var cycles: Double
        var amplitude: Double
        /// Length of the quarters' sum as a part of the sum of their lengths: near 1 where a grid is visible.
        var coherence: Double
    }

    /// A block that shows the grid, measured at the wave that a surface predicts.
    private struct Confirmed {
        var sample: GridSurface.Sample
        /// Whether the surface lines up with the block's lines.
        var agrees: Bool
    }

    init(grid: [UInt8], width: Int, height: Int, tile: GridFinder.Tile) {
        self.grid = grid
        self.width = width
        self.height = height
        self.tile = tile
        let period = 1 / min(tile.vertical.frequency, tile.horizontal.frequency)
        let half = min(max(32, min(Int(8 * period), 64), Int(3 * period)), max(24, min(width, height) / 4))
        // The ends of a block taper off over one and a half periods, because a sharp edge would shift the phase.
        let taper = min(Double(half), 1.5 * period)
        self.half = half
        let window = (0 ..< 2 * half).map { index in
            let fromEnd = Double(min(index, 2 * half - 1 - index)) + 0.5
            return fromEnd >= taper ? 1 : Float(0.5 - 0.5 * cos(Double.pi * fromEnd / taper))
        }
        self.window = window
        let total = window.reduce(0, +)
        weight = Double(total * total)
        let moment = (0 ..< half).reduce(0) { $0 + Double(window[half + $1]) * (Double($1) + 0.5) }
        centroids = 4 * moment / Double(total)
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
    ///
    /// The walk from block to block gives a first surface. All blocks are then measured again at the waves that the
    /// surface predicts: those beyond gaps join, those on wrong lines leave, and the rest tells how well the grid lines
    /// up.
    func surface() -> GridSurface? {
        guard width > 2 * half, height > 2 * half else { return nil }
        let vertical = follow(tile.vertical)
        let horizontal = follow(tile.horizontal)
        func samples(_ blocks: [Measured?]) -> [GridSurface.Sample] {
            let amplitudes = blocks.compactMap { $0?.amplitude }.sorted()
            guard let typical = amplitudes.isEmpty ? nil : amplitudes[amplitudes.count * 3 / 4] else { return [] }
            return blocks.enumerated().compactMap { index, block in
                guard let block, block.amplitude > 0.3 * typical else { return nil }
                return sample(index, cycles: block.cycles)
            }
        }
        guard var surface = fit(samples(vertical), samples(horizontal)) else { return nil }
        let across = predicted(by: surface, vertical: true)
        let down = predicted(by: surface, vertical: false)
        guard let better = fit(across.filter(\.agrees).map(\.sample), down.filter(\.agrees).map(\.sample))
        else { return nil }
        surface = better
        surface.hasBothLines = tile.hasBothLines
        surface.agreement = [across, down].map { Double($0.count { $0.agrees }) / Double(max(1, $0.count)) }.min()!
        return surface
    }

    /// Cycles between the surface and a block that agrees with it.
    private static let tolerance = 0.2

    private func sample(_ block: Int, cycles: Double) -> GridSurface.Sample {
        let place = center(block % columns, block / columns)
        return GridSurface.Sample(x: Double(place.x), y: Double(place.y), millimeters: cycles * tile.millimeters)
    }

    private func fit(_ x: [GridSurface.Sample], _ y: [GridSurface.Sample]) -> GridSurface? {
        let least = max(6, columns * rows / 8)
        guard x.count >= least, y.count >= least else { return nil }
        return GridSurface(
            x: x, y: y, width: width, height: height, margin: Double(half), unit: tile.millimeters)
    }

    /// Measures the blocks that show the grid at the waves of a surface.
    private func predicted(by surface: GridSurface, vertical: Bool) -> [Confirmed] {
        var found: [(block: Int, measured: Measured, offset: Double)] = []
        for block in 0 ..< columns * rows {
            let center = center(block % columns, block / columns)
            let place = surface.place(x: Double(center.x), y: Double(center.y))
            let wave =
                vertical
                ? GridFinder.Wave(x: place.ux / tile.millimeters, y: place.uy / tile.millimeters)
                : GridFinder.Wave(x: place.vx / tile.millimeters, y: place.vy / tile.millimeters)
            guard wave.frequency < 0.5 else { continue }
            let measured = measure(block, near: wave, rounds: 1)
            let cycles = (vertical ? place.u : place.v) / tile.millimeters
            let offset = measured.cycles - cycles
            found.append((block, measured, offset - offset.rounded()))
            found[found.count - 1].measured.cycles = cycles + offset - offset.rounded()
        }
        let coherent = found.filter { $0.measured.coherence > 0.75 }
        let amplitudes = coherent.map(\.measured.amplitude).sorted()
        guard !amplitudes.isEmpty else { return [] }
        let least = 0.3 * amplitudes[amplitudes.count * 3 / 4]
        return coherent.filter { $0.measured.amplitude > least }.map {
            Confirmed(
                sample: sample($0.block, cycles: $0.measured.cycles), agrees: abs($0.offset) < Self.tolerance)
        }
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
                // The wave changes little between neighbors: half the change is taken for noise.
                found.wave.x = (found.wave.x + known.wave.x) / 2
                found.wave.y = (found.wave.y + known.wave.y) / 2
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
    private func measure(_ block: Int, near wave: GridFinder.Wave, rounds: Int = 2) -> Measured {
        let place = center(block % columns, block / columns)
        var wave = wave
        var phase = 0.0
        var amplitude = 0.0
        var coherence = 0.0
        for round in 0 ..< rounds {
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
            amplitude = hypot(all.0, all.1) / weight
            coherence = hypot(all.0, all.1) / max(1e-9, quarters.reduce(0) { $0 + hypot($1.0, $1.1) })
            if round + 1 < rounds {
                wave.x += angle(left, right) / centroids
                wave.y += angle(top, bottom) / centroids
            }
        }
        return Measured(wave: wave, cycles: phase, amplitude: amplitude, coherence: coherence)
    }

    /// Returns Σ w·g·exp(−2πi (wave · (p − center))) over the four quarters of a block.
    ///
    /// The window w tapers off at the ends of the block.
    private func quarterSums(x: Int, y: Int, wave: GridFinder.Wave) -> [(Double, Double)] {
        let side = 2 * half
        var cosines = [Float](repeating: 0, count: side)
        var sines = cosines
        for index in 0 ..< side {
            let angle = -2 * Double.pi * wave.x * (Double(index - half) + 0.5)
            cosines[index] = window[index] * Float(cos(angle))
            sines[index] = window[index] * Float(sin(angle))
        }
        var sums = [(Double, Double)](repeating: (0, 0), count: 4)
        grid.withUnsafeBufferPointer { grid in
            cosines.withUnsafeBufferPointer { cosines in
                sines.withUnsafeBufferPointer { sines in
                    for row in 0 ..< side {
                        let line = y - half + row
                        guard line >= 0, line < height else { continue }
                        let angle = -2 * Double.pi * wave.y * (Double(row - half) + 0.5)
                        let (c, s) = (Double(window[row]) * cos(angle), Double(window[row]) * sin(angle))
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
