import Testing

@testable import Mail

struct MailAddressTests {
    @Test(arguments: [
        "", "a", "a@", "@b", "a@b@c", "a b@c.org", "a@b c.org", "a@b\r\nRCPT TO:<c@d.org>", "a@b.org>", "<a@b.org>",
        "a..b@c.org", ".a@c.org", "a@c..org", "a@-c.org", "\"a\"@b.org", "ä@b.org", "a@ä.org", "a@[127.0.0.1]",
        "a@b.org\n", "a\0@b.org", String(repeating: "a", count: 65) + "@b.org",
        "a@" + String(repeating: "b.", count: 130) + "org",
    ])
    func `invalid addresses are rejected`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test func `an address keeps its local part, and its domain is in lower case`() {
        #expect(MailAddress("Anna.O'Neil+ecg@Example.ORG")?.description == "Anna.O'Neil+ecg@example.org")
    }
}
