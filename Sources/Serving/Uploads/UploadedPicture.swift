import Foundation

/// An uploaded picture.
struct UploadedPicture: Sendable {
    /// The name in responses.
    let name: String
    let bytes: Data
}

/// The name of a picture in responses: the client's file name, made harmless.
///
/// It is never used in a path or a log.
enum PictureName {
    /// Returns the last component of a path of any system, without control and formatting characters, at most 128 characters
    /// long; `standard` if nothing remains.
    static func clean(_ name: String?, standard: String) -> String {
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
