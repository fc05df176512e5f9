import Foundation
import GRDB
import TestSupport

/// A client of a server with accounts. It keeps cookies and reads the outbox of the server.
final class AccountClient {
    let server: RunningServer
    private(set) var cookies: [String: String]

    init(_ server: RunningServer, cookies: [String: String] = [:]) { (self.server, self.cookies) = (server, cookies) }

    static let file = "accounts.sqlite"

    /// A server for several suites. Each suite creates its own accounts.
    static let shared: Result<RunningServer, any Error> = Result {
        let server = try AccountClient.server()
        RunningServer.endWithTheTests(server)
        return server
    }

    /// Starts a server with accounts and a low cost of passwords.
    static func server(_ environment: [String: String] = [:]) throws -> RunningServer {
        try RunningServer(
            environment: [
                "HEARTSENSE_DATABASE": file, "HEARTSENSE_ACCOUNTS_PASSWORD_COST": "4",
                "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "100000",
                "HEARTSENSE_CONTACT_PER_ADDRESS": "100000", "HEARTSENSE_RETENTION_ACCOUNT_PICTURE_DAYS": "1",
            ].merging(environment) { $1 })
    }

    /// Opens the server's database.
    static func database(of server: RunningServer) throws -> DatabaseQueue {
        var configuration = Configuration()
        // Tests lock the database like another process.
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(60)
        return try DatabaseQueue(path: "\(server.folder)/\(file)", configuration: configuration)
    }

    func send(
        _ method: String, _ path: String, type: String? = nil, _ body: Data = Data(), headers: [String: String] = [:]
    ) throws -> Connection.Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        if let type { head += "Content-Type: \(type)\r\n" }
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        if !cookies.isEmpty {
            head += "Cookie: " + cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ") + "\r\n"
        }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let connection = try server.connect()
        try connection.send(Data((head + "\r\n").utf8) + body)
        let answer = try connection.answer()
        for line in answer.headers["set-cookie"]?.split(separator: "\n") ?? [] {
            let parts = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            cookies[parts[0]] = parts[1].isEmpty ? nil : parts[1]
        }
        return answer
    }

    func get(_ path: String, accept: String = "application/json") throws -> Connection.Answer {
        try send("GET", path, headers: ["Accept": accept])
    }

    func json(_ path: String, _ fields: [String: Any], headers: [String: String] = [:]) throws -> Connection.Answer {
        try send(
            "POST", path, type: "application/json", JSONSerialization.data(withJSONObject: fields), headers: headers)
    }

    /// Sends a form as browsers encode it.
    func form(_ path: String, _ fields: [String: String], headers: [String: String] = [:]) throws -> Connection.Answer {
        let body = fields.map { name, value in
            let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}" ... "\u{7f}"))
            return name + "=" + (value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")
        }
        return try send(
            "POST", path, type: "application/x-www-form-urlencoded", Data(body.joined(separator: "&").utf8),
            headers: ["Accept": "text/html"].merging(headers) { $1 })
    }

    /// Returns the hidden field `name` of a page.
    func hidden(_ name: String, on path: String) throws -> String {
        let text = try get(path, accept: "text/html").text
        guard let match = text.firstMatch(of: try Regex("name=\"\(name)\" value=\"([^\"]*)\"")),
            let value = match.output[1].substring
        else { throw Connection.Failure(text: "no \(name) on \(path)") }
        return String(value)
    }

    func predict(_ number: Int) throws -> Connection.Answer {
        try send(
            "POST", "/predict", type: "multipart/form-data; boundary=b",
            Form.body([("picture \(number).png", try SpikePicture.png(number))]))
    }

    /// Returns the messages to an address, the newest last: the text of a waiting message, and the file of one in the mail
    /// folder.
    func mail(to email: String) throws -> [String] {
        let rows = try Self.database(of: server).read {
            try Row.fetchAll($0, sql: "SELECT id, recipient, text FROM outbox ORDER BY number")
        }
        return rows.compactMap { row -> String? in
            if row["recipient"] == email { return row["text"] }
            let id: String = row["id"]
            guard let mail = MailFile(at: "\(server.folder)/\(Self.file).mail/\(id).eml") else { return nil }
            return mail.recipient == email ? mail.text : nil
        }
    }

    /// Returns the tokens of the links to an address, the newest last.
    func tokens(for email: String, page: String = "verify") throws -> [String] {
        try mail(to: email).compactMap { text in
            text.components(separatedBy: "/\(page)#token=").dropFirst().first.map {
                String($0.prefix { $0.isLetter || $0.isNumber || "-_".contains($0) })
            }
        }
    }

    /// Deletes the account with its password.
    func deleteAccount(_ password: String = AccountClient.password) throws -> Connection.Answer {
        try send(
            "DELETE", "/account", type: "application/json",
            JSONSerialization.data(withJSONObject: ["password": password]))
    }

    static let password = "violet tractor under glass"

    /// Registers, confirms and logs in.
    @discardableResult func enter(_ email: String) throws -> AccountClient {
        let answers = [
            try json("/register", ["email": email, "password": Self.password]),
            try json("/verify", ["token": tokens(for: email).last ?? ""]),
            try json("/login", ["email": email, "password": Self.password]),
        ]
        guard answers.map(\.status) == [202, 200, 200] else {
            throw Connection.Failure(text: answers.map(\.text).joined(separator: "\n"))
        }
        return self
    }
}
