import Foundation
import TestSupport

/// What `AccountClient` does about reports and feedback.
extension AccountClient {
    /// A result of the account's; the id.
    func result(_ number: Int) throws -> String {
        guard let id = try predict(number).json["id"] as? String else { throw Connection.Failure(text: "no result") }
        return id
    }

    /// A form as a browser sends it with a file.
    func multipart(
        _ path: String, _ fields: [String: String], picture: Data? = nil, headers: [String: String] = [:]
    ) throws -> Connection.Answer {
        var body = Data()
        for (name, value) in fields { body += Form.part("form-data; name=\"\(name)\"", Data(value.utf8)) }
        if let picture { body += Form.part("form-data; name=\"files\"; filename=\"a.png\"", picture) }
        return try send(
            "POST", path, type: "multipart/form-data; boundary=b", body + Data("--b--\r\n".utf8), headers: headers)
    }

    /// The message of an id, once the agent has put it into the mail folder.
    func mailFile(_ id: String, seconds: Double = 60) throws -> Data {
        let path = "\(server.folder)/\(Self.file).mail/\(id).eml"
        let end = Date() + seconds
        while Date() < end {
            if let data = FileManager.default.contents(atPath: path) { return data }
            usleep(50_000)
        }
        throw Connection.Failure(text: "no mail \(id)\n\(server.log)")
    }

    /// The operator's command.
    func becomeClinician(_ email: String, revoke: Bool = false) throws {
        let outcome = try Program.run(
            "heartsense-server",
            ["grant-clinician", email, "--database", Self.file] + (revoke ? ["--revoke"] : []), in: server.folder)
        try outcome.succeeded()
    }
}
