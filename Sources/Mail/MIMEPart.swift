import Foundation

/// A part of a message: headers, an empty line and content, in ASCII with CRLF line ends.
struct MIMEPart {
    let headers: String
    let content: String

    var text: String { headers + "\r\n" + content }

    static func text(_ text: String, subtype: String) -> MIMEPart {
        MIMEPart(
            headers: MailHeader.line("Content-Type", "text/\(subtype); charset=utf-8")
                + MailHeader.line("Content-Transfer-Encoding", "quoted-printable"),
            content: QuotedPrintable.encode(text))
    }

    /// - Throws: `MailError.controlCharacter` for the name, `badIdentifier` for the content id or type.
    static func file(_ file: MailMessage.Attachment) throws -> MIMEPart {
        guard file.type.utf8.allSatisfy({ MailHeader.isTokenByte($0) || $0 == UInt8(ascii: "/") }),
            file.contentID.map(MailMessage.isIdentifier) ?? true
        else { throw MailError.badIdentifier }
        let field = "file name"
        let place = file.contentID == nil ? "attachment" : "inline"
        var headers = MailHeader.line("Content-Type", file.type)
        headers += MailHeader.line("Content-Transfer-Encoding", "base64")
        headers += MailHeader.line(
            "Content-Disposition", try place + MailHeader.parameter("filename", file.name, field: field))
        if let id = file.contentID { headers += MailHeader.line("Content-ID", "<\(id)>") }
        let base64 = file.data.base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return MIMEPart(headers: headers, content: base64 + "\r\n")
    }

    /// - Parameters:
    ///   - boundary: A text that differs from the boundaries of the parts. With `=_` in front it cannot occur in lines of
    ///     quoted-printable or base64.
    ///   - parameters: Parameters of the content type.
    static func multipart(
        _ subtype: String, _ parts: [MIMEPart], boundary: String, parameters: [String] = []
    ) -> MIMEPart {
        let boundary = "=_\(boundary)"
        let type = (["multipart/\(subtype)"] + parameters + ["boundary=\"\(boundary)\""]).joined(separator: ";\r\n ")
        return MIMEPart(
            headers: MailHeader.line("Content-Type", type),
            content: parts.map { "--\(boundary)\r\n\($0.text)\r\n" }.joined() + "--\(boundary)--\r\n")
    }
}
