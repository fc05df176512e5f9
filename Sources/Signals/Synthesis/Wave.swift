/// The part of a beat that a wave belongs to.
public enum WaveKind: Sendable, Equatable, CaseIterable {
    /// Depolarisation of the atria.
    case p
    /// Depolarisation of the ventricles: any deflection of the QRS complex.
    case qrs
    /// The level between the QRS complex and the T wave.
    case st
    /// Repolarisation of the ventricles.
    case t
}

/// One Gaussian deflection of a beat, the unit that the dynamical model is built of.
///
/// McSharry's (θ, a, b) are angles and depend on the heart rate; here a wave is given in seconds and millivolts, and
/// `DynamicalECG` makes the angles of it, so that a QRS complex keeps its duration when the RR interval changes.
public struct Wave: Sendable, Equatable {
    public var kind: WaveKind
    /// Seconds after the beat's R time; negative before it.
    public var centre: Double
    /// mV at the centre.
    public var amplitude: Double
    /// Standard deviation of the Gaussian in seconds.
    public var width: Double

    /// - Precondition: `width > 0`.
    public init(_ kind: WaveKind, centre: Double, amplitude: Double, width: Double) {
        precondition(width > 0, "a wave that is \(width) s wide")
        self.kind = kind
        self.centre = centre
        self.amplitude = amplitude
        self.width = width
    }

    /// How far from its centre, in widths, a wave is still read as part of its deflection: 9 % of its height is left.
    ///
    /// A wave's duration on paper is twice this; readers place onset and end where the trace leaves the baseline.
    public static let visibleReach = 2.2

    /// Seconds after the R time at which a reader sees it begin.
    public var onset: Double { centre - Wave.visibleReach * width }

    /// Seconds after the R time at which a reader sees it end.
    public var end: Double { centre + Wave.visibleReach * width }
}
