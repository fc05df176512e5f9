import Foundation

/// Humps of the fused envelope that may be QRS complexes, ascending.
struct QRSCandidates {
    /// Samples at the working rate.
    var places: [Int] = []
    /// Heights, where 1 is a usual complex.
    var heights: [Float] = []
    /// The steepest place within 80 ms.
    var slopes: [Float] = []

    var count: Int { places.count }

    /// Finds maxima above 0.08 that are the highest within 120 ms to either side.
    init(_ envelope: FusedEnvelope, rate: Double) {
        let values = envelope.values
        let distance = max(1, Int(0.12 * rate))
        let reach = Int(0.08 * rate)
        let edge = Int(0.02 * rate)
        var index = 0
        while index < values.count {
            let value = values[index]
            let isHump =
                value > 0.08 && (index == 0 || values[index - 1] < value)
                && (index + 1 == values.count || values[index + 1] <= value)
            if isHump {
                var isHighest = true
                for place in max(0, index - distance) ... min(values.count - 1, index + distance)
                where values[place] > value || (values[place] == value && place < index) {
                    isHighest = false
                    break
                }
                // At an end the complex's middle may lie outside: it has no place.
                if isHighest && index >= edge && index < values.count - edge {
                    places.append(index)
                    heights.append(value)
                    slopes.append(
                        envelope.slopes[max(0, index - reach) ... min(values.count - 1, index + reach)].max()!)
                }
            }
            index += 1
        }
    }
}
