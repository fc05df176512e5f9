import APIErrors
import Foundation

/// Collects the pictures and text fields of a multipart form.
struct UploadForm {
    let limits: UploadLimits
    /// The names of the accepted text fields.
    let known: [String]
    private(set) var pictures: [UploadedPicture] = []
    private(set) var texts: [String: String] = [:]

    private var name = ""
    private var content: Data?
    /// The name of the current text field.
    private var text: String?

    init(limits: UploadLimits, texts known: [String] = []) { (self.limits, self.known) = (limits, known) }

    static let fields = ["files", "file"]
    private static let textBytes = 4096

    /// - Throws: `APIError` with `unknownField`, `tooManyFiles`, `fileTooLarge` or `invalidField`.
    mutating func handle(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let part) where part.fileName == nil && known.contains(part.name):
            guard texts[part.name] == nil else {
                throw APIError(.invalidField, "The form contains the field \(part.name) twice.", endsConnection: true)
            }
            text = part.name
            content = Data()
        case .part(let part):
            text = nil
            guard Self.fields.contains(part.name) else {
                throw APIError(
                    .unknownField, "The form has an unknown field. Use the field files for pictures.",
                    endsConnection: true)
            }
            name = PictureName.clean(part.fileName, standard: "picture-\(pictures.count + 1)")
            content = Data()
            // Browsers send an empty file without a name if none was chosen. Whether it is empty is known at its end.
            isUnchosen = part.fileName?.isEmpty ?? false
        case .content(let bytes) where text != nil:
            content?.append(contentsOf: bytes)
            guard content?.count ?? 0 <= Self.textBytes else {
                throw APIError(
                    .invalidField, "A text field is larger than \(Self.textBytes) bytes.", endsConnection: true)
            }
        case .content(let bytes):
            if content?.isEmpty ?? false, pictures.count == limits.files { throw tooManyFiles() }
            content?.append(contentsOf: bytes)
            guard content?.count ?? 0 <= limits.fileBytes else {
                throw APIError.tooLargeFile(limit: limits.fileBytes)
            }
        case .end:
            guard let content else { return }
            self.content = nil
            if let text {
                guard let value = String(validating: content, as: UTF8.self) else {
                    throw APIError(.invalidField, "The field \(text) is not valid UTF-8.", endsConnection: true)
                }
                texts[text] = value
                return
            }
            if isUnchosen, content.isEmpty { return }
            guard pictures.count < limits.files else { throw tooManyFiles() }
            pictures.append(UploadedPicture(name: name, bytes: content))
        }
    }

    private var isUnchosen = false

    private func tooManyFiles() -> APIError {
        APIError(
            .tooManyFiles, "You can upload up to \(limits.files) files at a time.",
            endsConnection: true)
    }
}
