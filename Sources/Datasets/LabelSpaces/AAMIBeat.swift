import Foundation

/// The AAMI classes of beat annotations.
///
/// - Source: ANSI/AAMI EC57 with the grouping of de Chazal et al. (2004), who count atrial and junctional escape beats
///   as N. Codes that MIT-BIH does not use (B, n, S, r) belong to the class of similar beats.
enum AAMIBeat {
    /// Returns the label code for an annotation's symbol; nil for symbols that are not beats (rhythm changes, noise,
    /// flutter waves).
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

    /// The symbol of a paced beat. EC57 excludes records with such beats.
    static let paced = "/"
}

extension LabelSpace {
    /// The five AAMI beat classes of MIT-BIH, and infarction from PTB: N S V F Q M.
    ///
    /// The build embeds `datasets/labels/aami.yaml` through a link in this target's folder, so that the space is
    /// available wherever the program runs.
    public static let aami: LabelSpace = {
        do {
            let data = Data(PackageResources.aami_yaml)
            return try LabelSpace(parsing: data, name: "datasets/labels/aami.yaml")
        } catch {
            preconditionFailure("the embedded label space is invalid: \(error)")
        }
    }()
}
