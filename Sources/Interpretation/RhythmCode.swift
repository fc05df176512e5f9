/// The rhythms and conduction findings that can be named. Raw values are the codes in files.
public enum RhythmCode: String, Sendable, CaseIterable {
    case sinusRhythm = "sinus-rhythm"
    case sinusBradycardia = "sinus-bradycardia"
    case sinusTachycardia = "sinus-tachycardia"
    case sinusArrhythmia = "sinus-arrhythmia"
    case atrialFibrillation = "atrial-fibrillation"
    case atrialFlutter = "atrial-flutter"
    case supraventricularTachycardia = "supraventricular-tachycardia"
    case atrialPrematureBeats = "atrial-premature-beats"
    case atrialBigeminy = "atrial-bigeminy"
    case junctionalRhythm = "junctional-rhythm"
    case ventricularPrematureBeats = "ventricular-premature-beats"
    case ventricularCouplet = "ventricular-couplet"
    case ventricularBigeminy = "ventricular-bigeminy"
    case ventricularTrigeminy = "ventricular-trigeminy"
    case ventricularRun = "ventricular-run"
    case idioventricularRhythm = "idioventricular-rhythm"
    case ventricularTachycardia = "ventricular-tachycardia"
    case ventricularFlutter = "ventricular-flutter"
    case ventricularFibrillation = "ventricular-fibrillation"
    case avBlock1 = "av-block-1"
    case avBlock2Mobitz1 = "av-block-2-mobitz-1"
    case avBlock2Mobitz2 = "av-block-2-mobitz-2"
    case avBlock3 = "av-block-3"
    case bundleBranchBlockLeft = "bundle-branch-block-left"
    case bundleBranchBlockRight = "bundle-branch-block-right"
    case bundleBranchBlockRightIncomplete = "bundle-branch-block-right-incomplete"
    case fascicularBlockLeftAnterior = "fascicular-block-left-anterior"
    case fascicularBlockLeftPosterior = "fascicular-block-left-posterior"
    case preExcitation = "pre-excitation"
    case paced
    case pause
    case asystole
    case undetermined

    /// The name for readers, for example `Sinus rhythm`.
    public var name: String {
        switch self {
        case .avBlock1: "First-degree AV block"
        case .avBlock2Mobitz1: "Second-degree AV block, Mobitz I"
        case .avBlock2Mobitz2: "Second-degree AV block, Mobitz II"
        case .avBlock3: "Third-degree AV block"
        case .bundleBranchBlockLeft: "Left bundle branch block"
        case .bundleBranchBlockRight: "Right bundle branch block"
        case .bundleBranchBlockRightIncomplete: "Incomplete right bundle branch block"
        case .fascicularBlockLeftAnterior: "Left anterior fascicular block"
        case .fascicularBlockLeftPosterior: "Left posterior fascicular block"
        case .preExcitation: "Pre-excitation"
        case .paced: "Paced rhythm"
        case .undetermined: "Undetermined rhythm"
        default: rawValue.prefix(1).uppercased() + rawValue.dropFirst().replacing("-", with: " ")
        }
    }

    /// Whether the finding needs attention at once.
    public var isUrgent: Bool {
        switch self {
        case .ventricularTachycardia, .ventricularFlutter, .ventricularFibrillation, .avBlock3, .asystole: true
        default: false
        }
    }

    /// Whether the rule was scored on real records with and without the finding.
    ///
    /// The others are tested on synthetic signals only.
    public var isValidated: Bool {
        switch self {
        case .sinusRhythm, .sinusBradycardia, .sinusTachycardia, .sinusArrhythmia, .atrialFibrillation, .atrialFlutter,
            .supraventricularTachycardia, .atrialPrematureBeats, .ventricularPrematureBeats, .ventricularCouplet,
            .ventricularBigeminy, .ventricularTrigeminy, .ventricularRun, .idioventricularRhythm,
            .ventricularTachycardia, .ventricularFibrillation, .avBlock1,
            .bundleBranchBlockLeft, .bundleBranchBlockRight, .bundleBranchBlockRightIncomplete,
            .fascicularBlockLeftAnterior, .undetermined:
            true
        default: false
        }
    }
}
