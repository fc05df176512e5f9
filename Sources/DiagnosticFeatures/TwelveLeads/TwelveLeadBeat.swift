import Foundation
import Signals

/// The usual beat of twelve leads and the rhythm that it comes in: the input of the measurements.
struct TwelveLeadBeat {
    static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
    static let chest = ["V1", "V2", "V3", "V4", "V5", "V6"]

    let usual: UsualBeat
    /// The measurements that `analyze` reports. Those that are features have the same values there and here.
    let measured: Measurements
    let rhythm: RhythmValues
    /// The traces of `usual` by lead, with the limb leads that follow from others.
    let traces: [String: [Float]]
    private let shapes: [String: LeadShape]

    /// Returns nil without a usual beat.
    init?(_ recording: Recording, beats: Beats) {
        guard let (measured, usual) = Measurements.withUsualBeat(of: recording, beats: beats) else { return nil }
        (self.measured, self.usual) = (measured, usual)
        rhythm = RhythmValues(recording, beats: beats, usual: usual)
        let parts = BeatParts(usual, interval: rhythm.medianInterval.isFinite ? rhythm.medianInterval : 0.8)
        var traces: [String: [Float]] = [:]
        var amplitudes: [String: LeadAmplitudes] = [:]
        for (lead, trace) in zip(measured.leads, usual.traces) {
            guard let name = Self.names.first(where: { $0.uppercased() == lead.name.uppercased() }) else { continue }
            guard traces[name] == nil, trace[parts.qrs].contains(where: \.isFinite) else { continue }
            (traces[name], amplitudes[name]) = (trace, lead)
        }
        var shapes: [String: LeadShape] = [:]
        self.traces = LimbLeads.completed(traces)
        for (name, trace) in self.traces {
            shapes[name] = LeadShape(trace, parts: parts, amplitudes: amplitudes[name])
        }
        self.shapes = shapes
    }

    /// The shape of a lead; nil for a lead that was not recorded and does not follow from others.
    func shape(_ lead: String) -> LeadShape? { shapes[lead] }

    /// A measurement; NaN without a value.
    func value(_ property: KeyPath<Measurements, MeasuredValue>) -> Double { measured[keyPath: property].value ?? .nan }

    /// A property of a lead; NaN without the lead.
    func value(_ property: KeyPath<LeadShape, Double>, _ lead: String) -> Double {
        shapes[lead]?[keyPath: property] ?? .nan
    }

    /// The finite values of a property.
    func values(_ property: KeyPath<LeadShape, Double>, _ leads: [String]) -> [Double] {
        leads.map { value(property, $0) }.filter(\.isFinite)
    }

    /// The mean over the leads; NaN if less than half of them have a value.
    func mean(_ property: KeyPath<LeadShape, Double>, _ leads: [String]) -> Double {
        let values = self.values(property, leads)
        return 2 * values.count < leads.count ? .nan : LeadShape.mean(values)
    }

    /// The largest value; NaN if less than half of the leads have one.
    func largest(_ property: KeyPath<LeadShape, Double>, _ leads: [String]) -> Double {
        let values = self.values(property, leads)
        return 2 * values.count < leads.count ? .nan : values.max() ?? .nan
    }

    /// The smallest value; NaN if less than half of the leads have one.
    func smallest(_ property: KeyPath<LeadShape, Double>, _ leads: [String]) -> Double {
        let values = self.values(property, leads)
        return 2 * values.count < leads.count ? .nan : values.min() ?? .nan
    }

    /// The second largest value of at least two; a single lead may be an artifact.
    func secondLargest(_ property: KeyPath<LeadShape, Double>, _ leads: [String]) -> Double {
        let values = self.values(property, leads).sorted()
        return values.count < 2 ? .nan : values[values.count - 2]
    }
}

/// Limb leads that follow from two others.
enum LimbLeads {
    /// Adds limb leads that two of leads I, II and III determine.
    ///
    /// - Parameter traces: by name, in mV, of one length.
    static func completed(_ traces: [String: [Float]]) -> [String: [Float]] {
        var traces = traces
        func add(_ name: String, _ first: String, _ second: String, _ combine: (Float, Float) -> Float) {
            guard traces[name] == nil, let left = traces[first], let right = traces[second] else { return }
            traces[name] = zip(left, right).map(combine)
        }
        add("III", "I", "II") { $1 - $0 }
        add("II", "I", "III") { $0 + $1 }
        add("I", "II", "III") { $0 - $1 }
        add("aVR", "I", "II") { -($0 + $1) / 2 }
        add("aVL", "I", "II") { $0 - $1 / 2 }
        add("aVF", "I", "II") { $1 - $0 / 2 }
        return traces
    }
}
