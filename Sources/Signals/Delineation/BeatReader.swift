/// Reads the leads around a beat on the 500 Hz grid.
struct BeatReader {
    let recording: Recording
    let beats: Beats
    /// The leads with a usable signal, as indices of the recording's leads.
    let leads: [Int]
    private let grid: BeatGrid
    /// Points, 80 ms, that belong to a neighbor's QRS complex on the side of this beat.
    private static let neighborReach = 40

    init(recording: Recording, beats: Beats) {
        self.recording = recording
        self.beats = beats
        let isGraded = beats.leads.count == recording.leads.count
        leads = recording.leads.indices.filter { !isGraded || beats.leads[$0].isUsable }
        grid = BeatGrid(samplingRate: recording.samplingRate)
    }

    var leadCount: Int { recording.leads.count }

    /// Seconds from the beginning of the recording.
    func time(of beat: Int) -> Double { Double(beats.beats[beat].sample) / beats.samplingRate }

    /// Points from the fiducial point of a beat to that of another one; at most a million.
    func points(from beat: Int, to other: Int) -> Int {
        let apart = (time(of: other) - time(of: beat)) * BeatGrid.rate
        return Int(max(-1e6, min(1e6, apart)).rounded())
    }

    /// Points between each of the beats and the one before it.
    func intervals(before members: [Int]) -> [Int] {
        members.filter { $0 > 0 }.map { points(from: $0 - 1, to: $0) }
    }

    /// Points between each of the beats and the one after it.
    func intervals(after members: [Int]) -> [Int] {
        members.filter { $0 + 1 < beats.beats.count }.map { points(from: $0, to: $0 + 1) }
    }

    /// Writes the usable leads around a beat; the other leads stay NaN.
    func read(_ beat: Int, into windows: inout LeadWindows) {
        let center = beats.beats[beat].sample
        let range = grid.reach(around: center).clamped(to: 0 ..< recording.sampleCount)
        windows.values.withUnsafeMutableBufferPointer { target in
            for lead in leads {
                recording.leads[lead].withSamples(in: range) {
                    grid.read(
                        $0, around: center - range.lowerBound, into: target.baseAddress! + lead * BeatGrid.count)
                }
            }
        }
    }

    /// Removes the QRS complexes of the neighboring beats and all beyond them.
    func cutNeighbors(of beat: Int, in windows: inout LeadWindows) {
        var (from, to) = (0, BeatGrid.count)
        let reach = Self.neighborReach
        if beat > 0 {
            from = min(BeatGrid.before, BeatGrid.before + points(from: beat, to: beat - 1) + reach)
        }
        if beat + 1 < beats.beats.count {
            to = max(BeatGrid.before + 1, BeatGrid.before + points(from: beat, to: beat + 1) - reach)
        }
        for lead in leads {
            for point in stride(from: 0, to: from, by: 1) { windows[lead, point] = .nan }
            for point in stride(from: to, to: BeatGrid.count, by: 1) { windows[lead, point] = .nan }
        }
    }
}
