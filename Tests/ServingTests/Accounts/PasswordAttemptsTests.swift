import Foundation
import GRDB
import Testing

/// Delays after wrong passwords, over a real port.
@Suite(.serialized) struct PasswordAttemptsTests {
    @Test func `wrong passwords of a stranger delay neither a session nor a known device`() throws {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "3", "HEARTSENSE_ACCOUNTS_CLIENT_HEADER": "X-Real-IP",
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "10",
        ])
        let email = "target@example.org"
        let client = try AccountClient(server).enter(email)
        let device = try #require(client.cookies["heartsense-device"])
        func logIn(
            _ password: String, from address: String, device: String? = nil
        ) throws -> Connection.Answer {
            try AccountClient(server, cookies: device.map { ["heartsense-device": $0] } ?? [:]).json(
                "/login", ["email": email, "password": password], headers: ["X-Real-IP": address])
        }
        let codes = try (0 ..< 5).map { try logIn("guess \($0)", from: "192.0.2.1").code }
        #expect(
            codes == Array(repeating: "wrong_credentials", count: 3) + Array(repeating: "too_many_attempts", count: 2))
        let delayed = try logIn(AccountClient.password, from: "192.0.2.1")
        #expect(delayed.status == 429 && (1 ... 15).contains(Int(delayed.headers["retry-after"] ?? "") ?? 0))

        // The session, the device even from the stranger's network, and another network are not affected.
        #expect(try client.get("/account").status == 200)
        #expect(
            try client.json("/password", ["current_password": "x", "new_password": "amber violin fog"]).status == 401)
        let known = try logIn(AccountClient.password, from: "192.0.2.1", device: device)
        #expect(known.status == 200 && known.headers["set-cookie"]?.contains("heartsense-device") == false)
        let elsewhere = try logIn(AccountClient.password, from: "192.0.2.2")
        #expect(elsewhere.status == 200)
        #expect(elsewhere.headers["set-cookie"]?.contains("heartsense-device=") == true)

        // The device has a count of its own, and another account's device is unknown.
        let mistakes = try (0 ..< 4).map { try logIn("mistake \($0)", from: "192.0.2.3", device: device).code }
        #expect(mistakes.last == "too_many_attempts")
        #expect(try logIn(AccountClient.password, from: "192.0.2.3").status == 200)
        let foreign = try AccountClient(server).enter("foreign@example.org").cookies["heartsense-device"]
        #expect(try logIn(AccountClient.password, from: "192.0.2.1", device: foreign).status == 429)

        // Wrong passwords from many networks delay unknown devices only.
        for number in 0 ..< 30 { _ = try logIn("guess", from: "198.51.100.\(number)") }
        #expect(try logIn(AccountClient.password, from: "203.0.113.1").status == 429)
        let another = try #require(elsewhere.headers["set-cookie"]?.firstMatch(of: /heartsense-device=([^;]+)/)?.1)
        #expect(try logIn(AccountClient.password, from: "203.0.113.1", device: String(another)).status == 200)
        #expect(
            try client.json(
                "/password", ["current_password": AccountClient.password, "new_password": "amber violin through fog"]
            ).status == 200)
    }
}
