import Foundation

/// The AAMI class of a beat annotation.
///
/// - Source: ANSI/AAMI EC57 with the grouping of de Chazal et al. (2004), who count escape beats of the atria and the
///   junction as N; codes that MIT-BIH does not use (B, n, S, r) go to the class of their kin.
enum AAMIBeat {
    /// The label code for an annotation's symbol; nil for what is no beat (rhythm changes, noise, flutter waves).
    static func code(ofSymbol symbol: String) -> String? {
        switch symbol {
        case "N", "L", "R", "B", "e", "j", "n": "N"
        case "A", "a", "J", "S": "S"
        case "V", "E", "r": "V"
        case "F": "F"
        case "/", "f", "Q", "?": "Q"
        default: nil
        }
    }

    /// A beat of a pacemaker: EC57 leaves records with such beats out.
    static let paced = "/"
}

extension LabelSpace {
    /// The five AAMI beat classes of MIT-BIH and infarction from PTB: N S V F Q M.
    ///
    /// `datasets/labels/aami.yaml` is its one home. The build embeds that file through the link beside this one, so
    /// that the program knows the space wherever it runs.
    public static let aami: LabelSpace = {
        do {
            let data = Data(PackageResources.aami_yaml)
            return try LabelSpace(parsing: data, name: "datasets/labels/aami.yaml")
        } catch {
            preconditionFailure("the embedded label space is broken: \(error)")
        }
    }()
}
