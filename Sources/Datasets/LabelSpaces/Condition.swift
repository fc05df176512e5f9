/// What a label means to the person whose ECG it is: one of seven, whatever code a data set uses.
public enum Condition: String, CaseIterable, Codable, Sendable {
    case normal = "Normal"
    case supraventricularArrhythmia = "Supraventricular arrhythmia"
    case ventricularArrhythmia = "Ventricular arrhythmia"
    case myocardialInfarction = "Myocardial infarction"
    case hypertrophy = "Hypertrophy"
    case fusionOrMiscellaneous = "Fusion or miscellaneous"
    case uncertain = "Uncertain"
}
