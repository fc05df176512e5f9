import Foundation

/// Gathers the pictures of a form from its parts.
struct UploadForm {
    let limits: UploadLimits
    private(set) var pictures: [UploadedPicture] = []

    private var name = ""
    private var content: Data?

    init(limits: UploadLimits) { self.limits = limits }

    static let fields = ["files", "file"]

    /// - Throws: `Refusal` with `unknownField`, `tooManyFiles` or `fileTooLarge`.
    mutating func handle(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let part):
            guard Self.fields.contains(part.name) else {
                throw Refusal(
                    .unknownField, "The form has a field that is not known; pictures go into the field files.",
                    endsConnection: true)
            }
            name = PictureName.of(part.fileName, standard: "picture-\(pictures.count + 1)")
            content = Data()
            // A browser sends an empty, nameless file where none was chosen: that is known when it has ended.
            isUnchosen = part.fileName?.isEmpty ?? false
        case .content(let bytes):
            if content?.isEmpty ?? false, pictures.count == limits.files { throw tooManyFiles() }
            content?.append(contentsOf: bytes)
            guard content?.count ?? 0 <= limits.fileBytes else {
                throw Refusal.tooLargeFile(limit: limits.fileBytes)
            }
        case .end:
            guard let content else { return }
            self.content = nil
            if isUnchosen, content.isEmpty { return }
            guard pictures.count < limits.files else { throw tooManyFiles() }
            pictures.append(UploadedPicture(name: name, bytes: content))
        }
    }

    private var isUnchosen = false

    private func tooManyFiles() -> Refusal {
        Refusal(
            .tooManyFiles, "More than \(limits.files) files were sent. Send them in several requests.",
            endsConnection: true)
    }
}
