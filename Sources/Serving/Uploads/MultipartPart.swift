/// The headers of a part.
struct MultipartPart: Equatable {
    /// The name of the form field.
    let name: String
    /// The client's name for the file; nil if the field is not a file. Never used as a path.
    let fileName: String?

    /// - Parameter headers: The header lines, without the following blank line.
    /// - Throws: `APIError` with `malformedMultipart`.
    init(headers: ArraySlice<UInt8>) throws {
        var disposition: HeaderParameters?
        for line in try Self.lines(of: headers) {
            guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
                line[..<colon].allSatisfy(HeaderParameters.isTokenByte)
            else { throw MultipartParser.malformed("a header line of a part has no name") }
            let value = line[line.index(after: colon)...]
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard disposition == nil else {
                    throw MultipartParser.malformed("a part has two Content-Disposition headers")
                }
                disposition = HeaderParameters(value)
                guard disposition != nil else {
                    throw MultipartParser.malformed("the Content-Disposition of a part is not valid")
                }
            case "content-transfer-encoding":
                let encoding = HeaderParameters(value)?.value ?? ""
                guard ["binary", "8bit", "7bit"].contains(encoding) else {
                    throw MultipartParser.malformed("a part has a transfer encoding other than binary")
                }
            default: break
            }
        }
        guard let disposition, disposition.value == "form-data" else {
            throw MultipartParser.malformed("a part has no `Content-Disposition: form-data`")
        }
        guard let name = disposition.parameters["name"] else {
            throw MultipartParser.malformed("the Content-Disposition of a part has no name")
        }
        self.name = name
        // Some clients send only the extended form, although RFC 7578 does not allow it.
        fileName =
            disposition.extended("filename") ?? disposition.parameters["filename"]
            ?? (disposition.parameters["filename*"] == nil ? nil : "")
    }

    /// - Throws: `APIError` if a line is folded or does not end with CRLF.
    private static func lines(of headers: ArraySlice<UInt8>) throws -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = headers
        while !rest.isEmpty {
            let end = rest.firstIndex { $0 == 0x0D || $0 == 0x0A || $0 == 0 } ?? rest.endIndex
            if end < rest.endIndex {
                guard rest[end] == 0x0D, end + 1 < rest.endIndex, rest[end + 1] == 0x0A else {
                    throw MultipartParser.malformed("a header line of a part contains a control character")
                }
            }
            lines.append(rest[..<end])
            rest = rest[min(end + 2, rest.endIndex)...]
        }
        return lines
    }
}
