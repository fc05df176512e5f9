import Foundation

/// Makes beats of the QRS complexes that were found: clusters, fiducial points, classes.
struct BeatAssembly {
    let search: QRSSearch
    let clustering: QRSClustering
    /// The clusters in the result's order: numbers of templates, the usual one first.
    let order: [Int]

    init(_ search: QRSSearch) {
        self.search = search
        clustering = QRSClustering(search.shapes, rate: search.detection.rate)
        order = Self.order(clustering)
    }

    /// The usual cluster is the narrowest of those that are at least half as large as the largest.
    private static func order(_ clustering: QRSClustering) -> [Int] {
        guard !clustering.templates.isEmpty else { return [] }
        var sizes = [Int](repeating: 0, count: clustering.templates.count)
        for label in clustering.labels { sizes[label] += 1 }
        let large = sizes.indices.filter { 2 * sizes[$0] >= sizes[0] }
        let usual = large.min { clustering.templates[$0].duration < clustering.templates[$1].duration }!
        return [usual] + sizes.indices.filter { $0 != usual }
    }

    func beats<Source: SampleSource>(in source: Source) throws(Source.Failure) -> Beats {
        let fiducials = self.fiducials(count: source.sampleCount)
        let spikes = self.spikes(before: fiducials)
        var numbers = [Int](repeating: 0, count: order.count)
        for (number, template) in order.enumerated() { numbers[template] = number }
        let classes = rules(fiducials: fiducials, spikes: spikes).classes()
        var members = [[Int]](repeating: [], count: order.count)
        var beats: [Beat] = []
        for (index, label) in clustering.labels.enumerated() {
            members[numbers[label]].append(index)
            beats.append(
                Beat(
                    sample: fiducials[index], cluster: numbers[label], beatClass: classes[index],
                    pacingSpike: spikes[index]))
        }
        var clusters: [BeatCluster] = []
        for list in members {
            let median = try MedianBeats.median(of: list.map { fiducials[$0] }, in: source)
            clusters.append(BeatCluster(members: list, medianBeat: median))
        }
        let leads = source.leadNames.enumerated().map { lead, name in
            search.statistics[lead].quality(
                name: name, consistency: consistency(of: lead), range: clustering.scales[lead])
        }
        return Beats(
            samplingRate: source.samplingRate, beats: beats, clusters: clusters, leads: leads,
            refusal: leads.contains(where: \.isUsable) ? nil : .noSignal)
    }

    /// The largest deflection of the cluster, at the beat's own lag.
    private func fiducials(count: Int) -> [Int] {
        let shapes = search.shapes
        let near = Int((0.06 * search.detection.rate).rounded())
        var last = 0
        let peaks = clustering.templates.map { template in
            template.peak(within: shapes.middle - near ..< shapes.middle + near + 1) - Float(shapes.middle)
        }
        return search.complexes.enumerated().map { index, complex in
            let shift = Double(clustering.lags[index] + peaks[clustering.labels[index]])
            let sample = complex.sample + Int((shift * Double(search.detection.factor)).rounded())
            // Known complexes can be so close that their order would change.
            last = min(max(sample, last), count - 1)
            return last
        }
    }

    /// The last pacing spike from 150 ms before each beat to 20 ms after it.
    private func spikes(before fiducials: [Int]) -> [Int?] {
        // So many are noise.
        guard search.spikes.count <= 4 * fiducials.count else { return fiducials.map { _ in nil } }
        let rate = search.detection.samplingRate
        var next = 0
        return fiducials.map { fiducial in
            let latest = Double(fiducial) + 0.02 * rate
            while next < search.spikes.count && Double(search.spikes[next]) <= latest { next += 1 }
            guard next > 0, Double(fiducial - search.spikes[next - 1]) <= 0.15 * rate else { return nil }
            return search.spikes[next - 1]
        }
    }

    /// The median correlation of the usual cluster's beats with it in one lead; nil without beats there.
    private func consistency(of lead: Int) -> Float? {
        guard let usual = order.first else { return nil }
        var template = clustering.templates[usual]
        for other in 0 ..< template.leadCount where other != lead { template.counts[other] = 0 }
        let members = clustering.labels.indices.filter { clustering.labels[$0] == usual }
        let step = max(1, members.count / 200)
        let found = stride(from: 0, to: members.count, by: step).compactMap { place -> Float? in
            let index = members[place]
            let lag = Int(clustering.lags[index].rounded())
            return template.correlation(
                search.shapes, index, lags: max(-search.shapes.reach, lag - 1) ... min(search.shapes.reach, lag + 1),
                scales: clustering.scales)
        }
        return found.isEmpty ? nil : MovingWindow.median(of: found)
    }

    func rules(fiducials: [Int], spikes: [Int?]) -> BeatRules {
        let rate = search.detection.samplingRate
        let usual = order.first ?? 0
        let rhythm = RRContext(
            times: fiducials.map { Double($0) / rate }, isUsual: clustering.labels.map { $0 == usual })
        var facts = [BeatRules.ClusterFacts](repeating: .init(), count: clustering.templates.count)
        let beats = clustering.labels.indices.map { index -> BeatRules.BeatFacts in
            let lag = Int(clustering.lags[index].rounded())
            let reach = search.shapes.reach
            let correlation = clustering.templates[usual].correlation(
                search.shapes, index, lags: max(-reach, lag - 2) ... min(reach, lag + 2), scales: clustering.scales)
            return .init(cluster: clustering.labels[index], correlation: correlation ?? 1)
        }
        for (number, template) in clustering.templates.enumerated() {
            let members = clustering.labels.indices.filter { clustering.labels[$0] == number }
            facts[number].size = members.count
            if let found = template.similarity(to: clustering.templates[usual], reach: search.shapes.reach) {
                facts[number].correlation = found.correlation
                facts[number].ratio = found.ratio
            }
            let milliseconds = { (samples: Float) in samples * Float(1000 / search.detection.rate) + 20 }
            facts[number].widening = log(
                milliseconds(template.duration) / milliseconds(clustering.templates[usual].duration))
            facts[number].prematurity = MovingWindow.median(of: members.map { rhythm.prematurity($0) })
            facts[number].regularity = MovingWindow.median(of: members.map { rhythm.regularity[$0] })
            let paced = members.count { spikes[$0] != nil }
            facts[number].paced = Float(paced) / Float(max(1, members.count))
        }
        markMixtures(&facts, usual: usual)
        return BeatRules(rhythm: rhythm, clusters: facts, beats: beats)
    }

    /// Marks clusters whose beats come on time and whose template is a mixture of the usual beat and a ventricular one.
    private func markMixtures(_ facts: inout [BeatRules.ClusterFacts], usual: Int) {
        let ventricular = facts.indices.filter { number in
            number != usual && facts[number].size >= 3 && facts[number].correlation < 0.6
                && facts[number].widening > 0.15
        }
        for number in facts.indices where number != usual && !ventricular.contains(number) {
            guard facts[number].correlation < 0.95, facts[number].prematurity > -0.15 else { continue }
            facts[number].isMixture = ventricular.contains { other in
                let templates = clustering.templates
                guard let share = templates[number].mixture(of: templates[usual], and: templates[other]) else {
                    return false
                }
                return share.first > 0.25 && share.second > 0.25 && share.remainder < 0.1
            }
        }
    }
}
