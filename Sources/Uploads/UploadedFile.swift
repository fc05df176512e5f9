import Foundation

/// A file of an upload.
package struct UploadedFile: Sendable {
    /// The client's file name, without folders.
    package let name: String
    package let bytes: Data

    package init(name: String, bytes: Data) { (self.name, self.bytes) = (name, bytes) }
}

/// A file and what it was understood as.
package struct UnderstoodFile: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case page, recording, annotations
        case leadPicture = "lead_picture"
        case beatPicture = "beat_picture"
    }

    package var name: String
    package var kind: Kind
    /// A phrase for people.
    package var understood: String
}
