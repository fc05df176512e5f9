import Foundation

/// Groups QRS complexes by shape, before any rule about rhythm.
///
/// Each complex joins the template with the least distance over several lags, or starts one. A second pass assigns
/// all complexes to the grown templates. Templates of like shape then merge, and complexes that share no lead, in the
/// columns of a page, are joined by their frequency.
struct QRSClustering {
    /// The largest distance within a cluster, as a share of the squared norm.
    static let largestDistance: Float = 0.25
    static let mostTemplates = 60
    /// The correlation from which templates merge.
    static let mergingCorrelation: Float = 0.88
    static let mergingRatios: ClosedRange<Float> = 0.6 ... 1.6

    let scales: [Float]
    private(set) var templates: [QRSTemplate] = []
    /// The template of each complex.
    private(set) var labels: [Int] = []
    /// Samples at the working rate from the envelope's maximum to the complex's place, in fractions.
    private(set) var lags: [Float] = []

    init(_ shapes: QRSShapes, rate: Double) {
        scales = shapes.scales()
        labels = [Int](repeating: 0, count: shapes.count)
        lags = [Float](repeating: 0, count: shapes.count)
        guard shapes.count > 0 else { return }
        let step = max(1, Int(0.008 * rate))
        let largest = Int(0.032 * rate)
        let coarse = Array(stride(from: 0, through: largest, by: step).flatMap { $0 == 0 ? [0] : [-$0, $0] })
        collect(shapes, lags: coarse)
        assign(shapes, lags: coarse)
        merge(shapes)
        align(shapes, reach: shapes.reach)
        sort()
    }

    private mutating func collect(_ shapes: QRSShapes, lags: [Int]) {
        for complex in 0 ..< shapes.count {
            let best = nearest(shapes, complex, lags: lags)
            if best.match.distance < Self.largestDistance {
                templates[best.index].add(shapes, complex, lag: best.match.lag, scales: scales)
            } else if templates.count < Self.mostTemplates || !best.match.distance.isFinite {
                var template = QRSTemplate(leadCount: shapes.leadCount, width: shapes.width)
                template.add(shapes, complex, lag: 0, scales: scales)
                templates.append(template)
            }
        }
    }

    private mutating func assign(_ shapes: QRSShapes, lags: [Int]) {
        for complex in 0 ..< shapes.count {
            let best = nearest(shapes, complex, lags: lags)
            labels[complex] = best.index
            if best.match.distance < Self.largestDistance {
                templates[best.index].add(shapes, complex, lag: best.match.lag, scales: scales)
            }
        }
    }

    private func nearest(
        _ shapes: QRSShapes, _ complex: Int, lags: [Int]
    ) -> (index: Int, match: QRSTemplate.Match) {
        var best = (index: 0, match: QRSTemplate.Match())
        for (index, template) in templates.enumerated() {
            let match = template.match(shapes, complex, lags: lags, scales: scales)
            if match.distance < best.match.distance { best = (index, match) }
        }
        return best
    }

    /// Merges templates into larger ones of like shape.
    private mutating func merge(_ shapes: QRSShapes) {
        var sizes = [Int](repeating: 0, count: templates.count)
        for label in labels { sizes[label] += 1 }
        let order = templates.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
        var parents = Array(templates.indices)
        for (place, index) in order.enumerated() {
            for larger in order[..<place] where parents[larger] == larger {
                guard
                    let found = templates[index].similarity(to: templates[larger], reach: shapes.reach),
                    found.correlation > Self.mergingCorrelation, Self.mergingRatios.contains(found.ratio)
                else { continue }
                parents[index] = larger
                break
            }
        }
        labels = labels.map { parents[$0] }
        joinColumns()
    }

    /// Joins the most frequent templates of each set of leads, where no lead is common.
    private mutating func joinColumns() {
        var sizes = [Int](repeating: 0, count: templates.count)
        for label in labels { sizes[label] += 1 }
        let used = templates.indices.filter { sizes[$0] > 0 }
        var joined: [Int] = []
        for index in used.sorted(by: { (sizes[$0], $1) > (sizes[$1], $0) }) {
            let isApart = joined.allSatisfy { other in
                zip(templates[index].counts, templates[other].counts).allSatisfy { $0 == 0 || $1 == 0 }
            }
            if isApart { joined.append(index) }
        }
        guard let first = joined.first, joined.count > 1 else { return }
        for index in joined.dropFirst() {
            labels = labels.map { $0 == index ? first : $0 }
            let width = templates[index].width
            for lead in 0 ..< templates[index].leadCount where templates[index].counts[lead] > 0 {
                templates[first].counts[lead] = templates[index].counts[lead]
                for place in lead * width ..< (lead + 1) * width {
                    templates[first].values[place] = templates[index].values[place]
                }
            }
        }
    }

    /// Finds every complex's lag to its template, between samples by a parabola.
    private mutating func align(_ shapes: QRSShapes, reach: Int) {
        for complex in 0 ..< shapes.count {
            let template = templates[labels[complex]]
            let distances = (-reach ... reach).map {
                template.distance(shapes, complex, lag: $0, scales: scales)
            }
            let best = distances.indices.min { distances[$0] < distances[$1] }!
            var lag = Float(best - reach)
            if best > 0 && best + 1 < distances.count && distances[best].isFinite {
                let (left, middle, right) = (distances[best - 1], distances[best], distances[best + 1])
                let curvature = left - 2 * middle + right
                if curvature > 0 && curvature.isFinite { lag += 0.5 * (left - right) / curvature }
            }
            lags[complex] = lag
        }
    }

    /// Numbers the templates by size.
    private mutating func sort() {
        var sizes = [Int](repeating: 0, count: templates.count)
        for label in labels { sizes[label] += 1 }
        let order = templates.indices.filter { sizes[$0] > 0 }.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
        var numbers = [Int](repeating: 0, count: templates.count)
        for (number, index) in order.enumerated() { numbers[index] = number }
        labels = labels.map { numbers[$0] }
        templates = order.map { templates[$0] }
    }
}
