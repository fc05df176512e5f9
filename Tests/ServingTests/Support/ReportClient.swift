import Foundation
import TestSupport

/// Reports and reviews.
extension AccountClient {
    /// Classifies a picture and returns the id of the result.
    func result(_ number: Int) throws -> String {
        guard let id = try predict(number).json["id"] as? String else { throw Connection.Failure(text: "no result") }
        return id
    }

    /// Sends a multipart form as browsers encode it.
    func multipart(
        _ path: String, _ fields: [String: String], picture: Data? = nil, headers: [String: String] = [:]
    ) throws -> Connection.Answer {
        var body = Data()
        for (name, value) in fields { body += Form.part("form-data; name=\"\(name)\"", Data(value.utf8)) }
        if let picture { body += Form.part("form-data; name=\"files\"; filename=\"a.png\"", picture) }
        return try send(
            "POST", path, type: "multipart/form-data; boundary=b", body + Data("--b--\r\n".utf8), headers: headers)
    }

    /// Returns the file of a message when the agent has written it.
    func mailFile(_ id: String, seconds: Double = 60) throws -> Data {
        let path = "\(server.folder)/\(Self.file).mail/\(id).eml"
        let end = Date() + seconds
        while Date() < end {
            if let data = FileManager.default.contents(atPath: path) { return data }
            usleep(50_000)
        }
        throw Connection.Failure(text: "no mail \(id)\n\(server.log)")
    }

    /// Runs the operator's command.
    func becomeClinician(_ email: String, revoke: Bool = false) throws {
        let outcome = try Program.run(
            "heartsense-server",
            ["grant-clinician", email, "--database", Self.file] + (revoke ? ["--revoke"] : []), in: server.folder)
        try outcome.succeeded()
    }
}
