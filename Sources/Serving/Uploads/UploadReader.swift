import APIErrors
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the pictures of a request's body while it arrives, within the limits.
struct UploadReader: Sendable {
    let limits: UploadLimits
    let budget: ByteBudget

    /// The pictures, in order, and what holds their memory until they are done with.
    ///
    /// - Throws: `Refusal`.
    func pictures(of request: Request) async throws -> (pictures: [UploadedPicture], memory: ByteBudget.Share) {
        let share = ByteBudget.Share(of: budget)
        try refuseDeclaredLength(of: request)
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }
        let pictures =
            switch type?.value {
            case "multipart/form-data":
                try await form(request.body, boundary: type?.parameters["boundary"], share: share).pictures
            // The bytes tell what it is; the third is what `curl --data-binary` says of everything.
            case nil where request.headers[.contentType] == nil,
                "application/octet-stream", "application/x-www-form-urlencoded":
                [try await single(request.body, share: share)]
            case let kind? where kind.hasPrefix("image/"):
                [try await single(request.body, share: share)]
            default:
                throw Refusal(
                    .unsupportedMediaType,
                    "Send the pictures as multipart/form-data in fields named files, or one picture as the body with "
                        + "Content-Type: image/png, image/jpeg or application/octet-stream.",
                    headers: [.accept: "multipart/form-data, image/png, image/jpeg, application/octet-stream"],
                    endsConnection: true)
            }
        return (pictures, share)
    }

    /// A multipart form that may have texts beside pictures, and no picture.
    ///
    /// - Parameter texts: the fields that are known.
    /// - Throws: `Refusal`.
    func form(
        of request: Request, texts: [String]
    ) async throws -> (pictures: [UploadedPicture], texts: [String: String], memory: ByteBudget.Share) {
        let share = ByteBudget.Share(of: budget)
        try refuseDeclaredLength(of: request)
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }
        let form = try await form(
            request.body, boundary: type?.parameters["boundary"], share: share, texts: texts, needsPicture: false)
        return (form.pictures, form.texts, share)
    }

    /// A body of JSON.
    ///
    /// - Throws: `Refusal`.
    func json(of request: Request) async throws -> (body: Data, memory: ByteBudget.Share) {
        let share = ByteBudget.Share(of: budget)
        try refuseDeclaredLength(of: request)
        guard request.headers[.contentType].flatMap({ HeaderParameters($0.utf8) })?.value == "application/json" else {
            throw Refusal(
                .unsupportedMediaType, "Send JSON with Content-Type: application/json.",
                headers: [.accept: "application/json"], endsConnection: true)
        }
        var body = Data()
        try await pieces(of: request.body, share: share) { piece in
            piece.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        }
        return (body, share)
    }

    /// What says beforehand that it is too large is not read at all.
    private func refuseDeclaredLength(of request: Request) throws {
        guard let text = request.headers[.contentLength], let length = Int(text), length > limits.bodyBytes else {
            return
        }
        throw tooLargeBody()
    }

    private func single(_ body: RequestBody, share: ByteBudget.Share) async throws -> UploadedPicture {
        var bytes = Data()
        try await pieces(of: body, share: share) { piece in
            guard bytes.count + piece.readableBytes <= limits.fileBytes else { throw tooLargeFile() }
            piece.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        }
        return UploadedPicture(name: "picture", bytes: bytes)
    }

    private func form(
        _ body: RequestBody, boundary: String?, share: ByteBudget.Share, texts: [String] = [], needsPicture: Bool = true
    ) async throws -> UploadForm {
        guard let boundary, (1 ... 70).contains(boundary.utf8.count), boundary.utf8.allSatisfy(Self.isBoundaryByte)
        else {
            throw MultipartParser.malformed("its content type has no boundary of 1 to 70 plain characters")
        }
        var parser = MultipartParser(
            boundary: boundary, headerLimit: limits.partHeaderBytes, partLimit: limits.parts)
        var form = UploadForm(limits: limits, texts: texts)
        try await pieces(of: body, share: share) { piece in
            try parser.feed(piece.readableBytesView) { try form.handle($0) }
        }
        try parser.finish()
        guard !needsPicture || !form.pictures.isEmpty else {
            throw Refusal(.noFiles, "No file was sent. Choose at least one PNG or JPEG picture (field files).")
        }
        return form
    }

    private func pieces(
        of body: RequestBody, share: ByteBudget.Share, _ use: (ByteBuffer) throws -> Void
    ) async throws {
        var total = 0
        var iterator = body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await iterator.next() } catch { throw Refusal(ofConnectionError: error) }
            guard let piece else { return }
            total += piece.readableBytes
            guard total <= limits.bodyBytes else { throw tooLargeBody() }
            try share.take(piece.readableBytes)
            try use(piece)
        }
    }

    private func tooLargeBody() -> Refusal {
        Refusal(
            .bodyTooLarge, "The body has more than \(limits.bodyBytes) bytes. Send fewer or smaller pictures.",
            endsConnection: true)
    }

    private func tooLargeFile() -> Refusal { .tooLargeFile(limit: limits.fileBytes) }

    /// RFC 2046, `bchars`.
    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"):
            true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}

extension Refusal {
    static func tooLargeFile(limit: Int) -> Refusal {
        Refusal(
            .fileTooLarge, "A file has more than \(limit) bytes. Scale the picture down.", endsConnection: true)
    }
}
