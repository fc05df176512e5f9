/// Voltage indices of left ventricular hypertrophy.
///
/// S in V1 and V3 is the deepest deflection of the QRS complex. In 178 of 1021 PTB-XL recordings with an R wave in V1, a
/// later deflection is higher, and what follows that one is at least 0.3 mV less deep than S.
public struct HypertrophyIndices: Sendable, Equatable {
    /// mV: S in V1 + the larger R of V5 and V6.
    ///
    /// - Source: Sokolow & Lyon, American Heart Journal 37 (1949) 161.
    public let sokolowLyon: MeasuredValue
    /// mV: R in aVL + S in V3.
    ///
    /// - Source: Casale et al., Circulation 75 (1987) 565.
    public let cornell: MeasuredValue
    /// mV·ms: the Cornell index, without the addition for women, × the QRS duration.
    ///
    /// - Source: Molloy et al., Journal of the American College of Cardiology 20 (1992) 1180.
    public let cornellProduct: MeasuredValue

    /// mV; a larger value speaks for hypertrophy, in both sexes.
    public static let sokolowLyonLimit = 3.5

    /// mV; a larger value speaks for hypertrophy.
    ///
    /// - Source: Casale et al. 1987: 20 mm in women, 28 mm in men.
    public static func cornellLimit(for sex: Patient.Sex) -> Double { sex == .female ? 2.0 : 2.8 }

    /// mV·ms; a larger `cornellProduct(for:)` speaks for hypertrophy, in both sexes.
    ///
    /// - Source: Okin et al. (LIFE), Hypertension 36 (2000) 766: 2440 mm·ms.
    public static let cornellProductLimit = 244.0

    /// mV·ms: the product with the 6 mm that LIFE adds to the voltage of women.
    public func cornellProduct(for sex: Patient.Sex) -> MeasuredValue {
        guard sex == .female else { return cornellProduct }
        return cornellProduct.combined(with: qrsDuration) { $0 + 0.6 * $1 }
    }

    /// ms.
    private let qrsDuration: MeasuredValue

    /// - Parameters:
    ///   - leads: the amplitudes of the leads, names in any case.
    ///   - qrsDuration: ms.
    init(leads: [LeadAmplitudes], qrsDuration: MeasuredValue) {
        func amplitude(_ name: String, _ wave: KeyPath<LeadAmplitudes, MeasuredValue>) -> MeasuredValue {
            leads.first { $0.name.uppercased() == name }?[keyPath: wave] ?? MeasuredValue(.leadMissing)
        }
        let (r5, r6) = (amplitude("V5", \.r), amplitude("V6", \.r))
        let lateral = [r5.value, r6.value].compactMap { $0 }.max().map { MeasuredValue($0) } ?? r5
        sokolowLyon = lateral.combined(with: amplitude("V1", \.depth)) { $0 - $1 }
        cornell = amplitude("AVL", \.r).combined(with: amplitude("V3", \.depth)) { $0 - $1 }
        cornellProduct = cornell.combined(with: qrsDuration, *)
        self.qrsDuration = qrsDuration
    }
}
