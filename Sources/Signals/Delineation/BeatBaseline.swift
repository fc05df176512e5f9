/// The level of each lead just before each QRS complex, and the drift between beats.
struct BeatBaseline {
    /// Points of the grid from the fiducial point to the middle of the quietest 16 ms before the QRS complex.
    private(set) var places: [Int] = []
    /// beats × leads, mV; NaN where the lead has no samples there.
    private(set) var levels: [Float] = []
    /// mV per point, beats × leads: the drift from the beat before and to the beat after.
    private(set) var driftsBefore: [Float] = []
    private(set) var driftsAfter: [Float] = []
    private let leadCount: Int

    /// - Parameter reader: writes the windows of a beat.
    init(beats: Beats, leadCount: Int, reader: (Int, inout LeadWindows) -> Void) {
        self.leadCount = leadCount
        var windows = LeadWindows(leadCount: leadCount)
        let count = beats.beats.count
        for beat in 0 ..< count {
            reader(beat, &windows)
            let around = BeatGrid.before - 80 ..< BeatGrid.before
            let activity = windows.smoothed(half: 5, range: around).activity(of: 0 ..< leadCount)
            let place = Self.quietest(activity)
            places.append(place - BeatGrid.before)
            for lead in 0 ..< leadCount { levels.append(windows.mean(of: lead, over: place - 4 ..< place + 5)) }
        }
        driftsBefore = Array(repeating: 0, count: count * leadCount)
        driftsAfter = driftsBefore
        let perSample = BeatGrid.rate / beats.samplingRate
        for beat in stride(from: 0, to: count - 1, by: 1) {
            let apart =
                Double(beats.beats[beat + 1].sample - beats.beats[beat].sample) * perSample
                + Double(places[beat + 1] - places[beat])
            // Closer than 0.3 s the level before the second beat is that of the first one's T wave.
            guard apart > 150 else { continue }
            for lead in 0 ..< leadCount {
                let drift = (levels[(beat + 1) * leadCount + lead] - levels[beat * leadCount + lead]) / Float(apart)
                guard drift == drift else { continue }
                driftsAfter[beat * leadCount + lead] = drift
                driftsBefore[(beat + 1) * leadCount + lead] = drift
            }
        }
    }

    /// The middle of the quietest 16 ms from 140 to 36 ms before the fiducial point.
    private static func quietest(_ activity: [Float]) -> Int {
        let range = BeatGrid.before - 66 ... BeatGrid.before - 22
        var (best, place) = (Float.infinity, BeatGrid.before - 30)
        for point in range {
            var sum: Float = 0
            for near in point - 4 ... point + 4 { sum += activity[near] }
            // Ties go to the later place, the one nearer to the QRS complex.
            if sum <= best { (best, place) = (sum, point) }
        }
        return place
    }

    /// Takes the level and the drift off the windows of a beat.
    func remove(from windows: inout LeadWindows, of beat: Int) {
        let place = places[beat] + BeatGrid.before
        for lead in 0 ..< leadCount {
            let index = beat * leadCount + lead
            let level = levels[index]
            let (before, after) = (driftsBefore[index], driftsAfter[index])
            guard level == level else { continue }
            for point in 0 ..< BeatGrid.count {
                let distance = Float(point - place)
                windows[lead, point] -= level + distance * (distance < 0 ? before : after)
            }
        }
    }
}
