/// The millimeter grid of a vector page.
struct VectorGrid {
    /// Color and width of a pen.
    struct Pen: Hashable {
        var color: VectorDrawing.Color?
        /// Hundredths of a point.
        var width: Int

        init(_ line: VectorDrawing.Line) {
            color = line.stroke
            width = line.stroke == nil ? 0 : Int((min(line.width, 1000) * 100).rounded())
        }
    }

    /// Points per millimeter.
    let x: Double
    let y: Double
    let source: PageGrid.Source
    /// x and y of one of the grid's lines in points, a line of 5 mm where the grid has them.
    let phase: VectorDrawing.Point
    /// The pens of the grid's lines.
    let pens: Set<Pen>

    static let pointsPerMillimeter = 72 / 25.4

    init(_ drawing: VectorDrawing) {
        let columns = Self.axis(drawing) {
            $0.x
        } across: {
            $0.y
        }
        let rows = Self.axis(drawing) {
            $0.y
        } across: {
            $0.x
        }
        pens = columns.pens.union(rows.pens)
        let unit = Self.pointsPerMillimeter
        source = columns.pitch == nil && rows.pitch == nil ? .file : .lines
        x = columns.pitch ?? rows.pitch ?? unit
        y = rows.pitch ?? columns.pitch ?? unit
        phase = VectorDrawing.Point(x: columns.phase, y: rows.phase)
    }

    /// Places of parallel lines, with their total length at each place.
    private struct Lines {
        var places: [(place: Double, length: Double)] = []

        /// Places with at least 20 mm of lines or ten dots, in order, those closer than 0.15 points as one.
        func merged() -> [Double] {
            var result: [(place: Double, length: Double)] = []
            for entry in places.sorted(by: { $0.place < $1.place }) {
                if let last = result.last, entry.place - last.place < 0.15 {
                    result[result.count - 1].length += entry.length
                } else {
                    result.append(entry)
                }
            }
            return result.filter { $0.length >= 20 * VectorGrid.pointsPerMillimeter }.map(\.place)
        }
    }

    private static func axis(
        _ drawing: VectorDrawing, along: (VectorDrawing.Point) -> Double, across: (VectorDrawing.Point) -> Double
    ) -> (pitch: Double?, phase: Double, pens: Set<Pen>) {
        var found: [Pen: Lines] = [:]
        for line in drawing.lines where line.points.count <= 6 {
            let pen = Pen(line)
            if line.stroke == nil || line.points.count > 3 {
                let places = line.points.map(along)
                let others = line.points.map(across)
                let (low, high) = (places.min()!, places.max()!)
                let length = others.max()! - others.min()!
                if high - low < 1 {
                    // A thin filled bar is a line; a dot counts as 2 mm of a line.
                    found[pen, default: Lines()].places.append(
                        ((low + high) / 2, length < 1 ? 2 * pointsPerMillimeter : length))
                    continue
                }
            }
            guard line.stroke != nil else { continue }
            for index in 1 ..< line.points.count {
                let (start, end) = (line.points[index - 1], line.points[index])
                let length = abs(across(end) - across(start))
                if length > 1, abs(along(end) - along(start)) < 0.01 * length + 0.01 {
                    found[pen, default: Lines()].places.append(((along(start) + along(end)) / 2, length))
                }
            }
        }
        let merged = found.mapValues { $0.merged() }
        var families: [(pitch: Double, first: Double, pens: Set<Pen>)] = merged.compactMap { pen, places in
            pitch(of: places).map { ($0, places[0], [pen]) }
        }
        let union = Lines(places: merged.values.flatMap { $0 }.map { ($0, .infinity) }).merged()
        if let pitch = pitch(of: union) {
            families.append((pitch, union[0], Set(merged.keys.filter { merged[$0]!.count >= 8 })))
        }
        families.sort { ($0.pitch, $0.first) < ($1.pitch, $1.first) }
        guard let base = families.first?.pitch else { return (nil, 0, []) }
        let fives = families.first { abs($0.pitch / base - 5) < 0.1 }
        let phase = fives?.first ?? families[0].first
        let pens = families.reduce(into: Set<Pen>()) { $0.formUnion($1.pens) }
        let ratio = base / pointsPerMillimeter
        if fives != nil || (0.6 ... 1.6).contains(ratio) { return (base, phase, pens) }
        if (2.8 ... 8).contains(ratio) { return (base / 5, phase, pens) }
        return (nil, 0, pens)
    }

    /// The distance of regular places; nil for fewer than eight or irregular ones.
    static func pitch(of places: [Double]) -> Double? {
        guard places.count >= 8 else { return nil }
        let steps = zip(places.dropFirst(), places).map { $0 - $1 }
        let usual = steps.sorted()[steps.count / 2]
        guard usual > 0.5 else { return nil }
        // The place of each line in multiples of the pitch, and a line through them by least squares.
        var (index, offset, sumI, sumP, sumII, sumIP, count) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
        var regular = 0
        for step in steps {
            let multiple = (step / usual).rounded()
            guard multiple >= 1, abs(step / usual - multiple) < 0.08 else { continue }
            regular += 1
            index += multiple
            offset += step
            sumI += index
            sumP += offset
            sumII += index * index
            sumIP += index * offset
            count += 1
        }
        guard regular * 10 >= steps.count * 8 else { return nil }
        let slope = (count * sumIP - sumI * sumP) / (count * sumII - sumI * sumI)
        return abs(slope / usual - 1) < 0.02 ? slope : usual
    }
}
