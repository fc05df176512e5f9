import Testing

@testable import Mail

struct SMTPServerTests {
    @Test func `descriptions of a mail server do not contain its password`() {
        let server = SMTPServer(
            host: "mail.example.org", port: 587, encryption: .upgraded, user: "heart", password: "plinth gondola")
        var dumped = ""
        dump(MailTransport.server(server), to: &dumped)
        for text in ["\(server)", "\(MailTransport.server(server))", String(reflecting: server), dumped] {
            #expect(text.contains("mail.example.org") && !text.contains("plinth"), "\(text)")
        }
    }
}
