import Signals

/// The usual range of a measurement in adults, with its source.
package struct ClinicalLimit: Sendable, Equatable {
    /// The smallest and the largest usual value, in the unit of the measurement; nil without a limit on that side.
    package struct Bounds: Sendable, Equatable {
        package let low: Double?
        package let high: Double?

        init(low: Double? = nil, high: Double? = nil) { (self.low, self.high) = (low, high) }
    }

    package let women: Bounds
    package let men: Bounds
    /// Authors and year, for one line of text.
    package let source: String

    /// The same limits for both sexes.
    init(low: Double? = nil, high: Double? = nil, _ source: String) {
        let bounds = Bounds(low: low, high: high)
        (women, men, self.source) = (bounds, bounds, source)
    }

    /// Upper limits by sex.
    init(low: Double? = nil, women: Double, men: Double, _ source: String) {
        (self.women, self.men, self.source) = (Bounds(low: low, high: women), Bounds(low: low, high: men), source)
    }

    /// Returns the limits for a patient; nil if they depend on a sex that is not known.
    package func bounds(for sex: Patient.Sex?) -> Bounds? {
        switch sex {
        case .female: women
        case .male: men
        case nil: women == men ? women : nil
        }
    }
}

extension ClinicalLimit {
    /// Page et al., 2015 ACC/AHA/HRS guideline on supraventricular tachycardia, and Kusumoto et al., 2018 guideline on
    /// bradycardia, whose lower limit of 50 is for sinus bradycardia with symptoms.
    package static let heartRate = ClinicalLimit(low: 60, high: 100, "ACC/AHA/HRS 2015")
    /// Kusumoto et al., Circulation 140 (2019) e382: first-degree block is a PR interval above 200 ms. The lower limit is
    /// that of pre-excitation, Surawicz et al., Circulation 119 (2009) e235.
    package static let prInterval = ClinicalLimit(low: 120, high: 200, "ACC/AHA/HRS 2018")
    /// Surawicz et al., Circulation 119 (2009) e235: above 110 ms is abnormal in adults.
    package static let qrsDuration = ClinicalLimit(high: 110, "AHA/ACCF/HRS 2009")
    /// Hancock et al., Circulation 119 (2009) e251: longer in left atrial abnormality.
    package static let pDuration = ClinicalLimit(high: 120, "AHA/ACCF/HRS 2009")
    package static let qrsAxis = ClinicalLimit(low: -30, high: 90, "AHA/ACCF/HRS 2009")
    static let rPeakTimeV6 = ClinicalLimit(high: 60, "AHA/ACCF/HRS 2009")
    /// Rautaharju et al., Circulation 119 (2009) e241.
    package static let qtc = ClinicalLimit(low: 390, women: 460, men: 450, "AHA/ACCF/HRS 2009")
    package static let sokolowLyon = ClinicalLimit(high: HypertrophyIndices.sokolowLyonLimit, "Sokolow–Lyon 1949")
    static let rInAVL = ClinicalLimit(high: 1.1, "Sokolow–Lyon 1949")
    package static let cornell = ClinicalLimit(
        women: HypertrophyIndices.cornellLimit(for: .female), men: HypertrophyIndices.cornellLimit(for: .male),
        "Casale 1987")
    /// Okin et al., Hypertension 36 (2000) 766.
    package static let cornellProduct = ClinicalLimit(high: HypertrophyIndices.cornellProductLimit, "Okin 2000")
    /// Lewis, Heart 5 (1914) 367.
    static let lewis = ClinicalLimit(high: 1.7, "Lewis 1914")
    /// Peguero et al., Journal of the American College of Cardiology 69 (2017) 1694.
    static let peguero = ClinicalLimit(women: 2.3, men: 2.8, "Peguero 2017")
    /// Right ventricular hypertrophy: Hancock et al., Circulation 119 (2009) e251.
    static let rInV1 = ClinicalLimit(high: 0.6, "AHA/ACCF/HRS 2009")
    static let sInV6 = ClinicalLimit(high: 0.3, "AHA/ACCF/HRS 2009")
    static let rightSum = ClinicalLimit(high: 1.05, "AHA/ACCF/HRS 2009")
    /// Thygesen et al., fourth universal definition of myocardial infarction, Circulation 138 (2018) e618: Q of at least
    /// 30 ms in two neighboring leads.
    static let qDuration = ClinicalLimit(high: 30, "Universal definition 2018")
}
