import APIErrors
import Foundation

/// Gathers the pictures of a form from its parts, and the texts that may stand beside them.
struct UploadForm {
    let limits: UploadLimits
    /// The names of texts that are taken.
    let known: [String]
    private(set) var pictures: [UploadedPicture] = []
    private(set) var texts: [String: String] = [:]

    private var name = ""
    private var content: Data?
    /// Of the text that is being read.
    private var text: String?

    init(limits: UploadLimits, texts known: [String] = []) { (self.limits, self.known) = (limits, known) }

    static let fields = ["files", "file"]
    private static let textBytes = 4096

    /// - Throws: `Refusal` with `unknownField`, `tooManyFiles` or `fileTooLarge`.
    mutating func handle(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let part) where part.fileName == nil && known.contains(part.name):
            guard texts[part.name] == nil else {
                throw Refusal(.invalidField, "The form has the field \(part.name) twice.", endsConnection: true)
            }
            text = part.name
            content = Data()
        case .part(let part):
            text = nil
            guard Self.fields.contains(part.name) else {
                throw Refusal(
                    .unknownField, "The form has a field that is not known; pictures go into the field files.",
                    endsConnection: true)
            }
            name = PictureName.of(part.fileName, standard: "picture-\(pictures.count + 1)")
            content = Data()
            // A browser sends an empty, nameless file where none was chosen: that is known when it has ended.
            isUnchosen = part.fileName?.isEmpty ?? false
        case .content(let bytes) where text != nil:
            content?.append(contentsOf: bytes)
            guard content?.count ?? 0 <= Self.textBytes else {
                throw Refusal(.invalidField, "A field of the form is too long.", endsConnection: true)
            }
        case .content(let bytes):
            if content?.isEmpty ?? false, pictures.count == limits.files { throw tooManyFiles() }
            content?.append(contentsOf: bytes)
            guard content?.count ?? 0 <= limits.fileBytes else {
                throw Refusal.tooLargeFile(limit: limits.fileBytes)
            }
        case .end:
            guard let content else { return }
            self.content = nil
            if let text {
                guard let value = String(validating: content, as: UTF8.self) else {
                    throw Refusal(.invalidField, "The field \(text) is no UTF-8.", endsConnection: true)
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

    private func tooManyFiles() -> Refusal {
        Refusal(
            .tooManyFiles, "More than \(limits.files) files were sent. Send them in several requests.",
            endsConnection: true)
    }
}
