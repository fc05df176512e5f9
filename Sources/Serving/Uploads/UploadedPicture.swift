import Foundation

/// One picture as a client sent it.
struct UploadedPicture: Sendable {
    /// For the answer.
    let name: String
    let bytes: Data
}

/// What answers call a picture that a client has sent: its name for it, made harmless.
///
/// It only ever stands in answers, never in a path or a log.
enum PictureName {
    /// The last component of a path in either system's style, without control and formatting characters, at most 128
    /// characters; `standard` where nothing is left.
    static func of(_ name: String?, standard: String) -> String {
        let last = name?.split { $0 == "/" || $0 == "\\" || $0 == "\0" }.last ?? ""
        let kept = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
        var clean = ""
        clean.unicodeScalars.append(contentsOf: kept)
        clean = String(clean.prefix(128))
        return clean.isEmpty || clean == "." || clean == ".." ? standard : clean
    }
}
