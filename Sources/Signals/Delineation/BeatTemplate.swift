/// The median of a cluster's beats on the 500 Hz grid, after the beats were aligned to each other.
struct BeatTemplate {
    /// Beats of a large cluster that are used, evenly spread over the recording.
    static let mostMembers = 40
    /// Points, 24 ms: the fiducial point of a beat is off by less.
    static let mostLag = 12
    /// The part of the window that is aligned, −100…120 ms: the QRS complex.
    private static let aligned = BeatGrid.before - 50 ..< BeatGrid.before + 60

    /// Indices of the beats that were used.
    let members: [Int]
    /// Points by which each member's waves come later than the template's.
    let lags: [Int]
    let windows: LeadWindows
    /// The number of beats that each value of `windows` is the median of.
    private let counts: [Int]

    /// - Parameters:
    ///   - all: indices of the cluster's beats, at least one.
    ///   - reader: writes the windows of a beat, baseline removed.
    init(members all: [Int], leadCount: Int, reader: (Int, inout LeadWindows) -> Void) {
        let count = min(all.count, Self.mostMembers)
        members = (0 ..< count).map { all[$0 * all.count / count] }
        let beats = members.map { member in
            var windows = LeadWindows(leadCount: leadCount)
            reader(member, &windows)
            return windows
        }
        var lags = Array(repeating: 0, count: count)
        if count > 1 {
            let margin = Self.aligned.lowerBound - 2 ..< Self.aligned.upperBound + 2
            let slopes = Self.slopes(of: Self.median(of: beats, lags: lags, over: margin).windows)
            lags = beats.map { Self.lag(of: $0, to: slopes) }
        }
        self.lags = lags
        (windows, counts) = Self.median(of: beats, lags: lags, over: 0 ..< BeatGrid.count)
    }

    /// The number of beats that show a point of a lead. Leads of a page have fewer than its rhythm strip.
    func count(of lead: Int, at point: Int) -> Int { counts[lead * BeatGrid.count + point] }

    /// The lag at which the slopes of a beat's QRS complex agree best with those of the template.
    func lag(of beat: LeadWindows) -> Int { Self.lag(of: beat, to: Self.slopes(of: windows)) }

    /// Differences over 8 ms in the aligned part and `mostLag` around it, leads × points; 0 in gaps.
    private static func slopes(of windows: LeadWindows) -> [Float] {
        var slopes: [Float] = []
        for lead in 0 ..< windows.leadCount {
            windows.withRow(lead) { row in
                for point in aligned.lowerBound - mostLag ..< aligned.upperBound + mostLag {
                    let slope = row[point + 2] - row[point - 2]
                    slopes.append(slope == slope ? slope : 0)
                }
            }
        }
        return slopes
    }

    private static func lag(of beat: LeadWindows, to template: [Float]) -> Int {
        let width = aligned.count + 2 * mostLag
        var sums = [Float](repeating: 0, count: 2 * mostLag + 1)
        slopes(of: beat).withUnsafeBufferPointer { beat in
            template.withUnsafeBufferPointer { template in
                sums.withUnsafeMutableBufferPointer { sums in
                    for row in stride(from: 0, to: beat.count, by: width) {
                        for point in row ..< row + aligned.count {
                            let slope = template[point + mostLag]
                            for lag in 0 ..< 2 * mostLag + 1 { sums[lag] += slope * beat[point + lag] }
                        }
                    }
                }
            }
        }
        // Ties go to the smaller lag.
        var best = mostLag
        for distance in 1 ... mostLag {
            for index in [mostLag - distance, mostLag + distance] where sums[index] > sums[best] { best = index }
        }
        return best - mostLag
    }

    /// The median over the beats at each point of a range; NaN elsewhere and where no beat has a sample.
    private static func median(
        of beats: [LeadWindows], lags: [Int], over range: Range<Int>
    ) -> (windows: LeadWindows, counts: [Int]) {
        let count = BeatGrid.count
        var result = LeadWindows(leadCount: beats[0].leadCount)
        var counts = [Int](repeating: 0, count: result.values.count)
        var sorted = [Float](repeating: 0, count: beats.count)
        for lead in 0 ..< result.leadCount {
            for point in range {
                var found = 0
                for (beat, lag) in zip(beats.indices, lags) where point + lag >= 0 && point + lag < count {
                    let value = beats[beat].values[lead * count + point + lag]
                    guard value == value else { continue }
                    // Insertion keeps the few values in order.
                    var place = found
                    while place > 0, sorted[place - 1] > value {
                        sorted[place] = sorted[place - 1]
                        place -= 1
                    }
                    sorted[place] = value
                    found += 1
                }
                guard found > 0 else { continue }
                result[lead, point] = (sorted[(found - 1) / 2] + sorted[found / 2]) / 2
                counts[lead * count + point] = found
            }
        }
        return (result, counts)
    }
}
