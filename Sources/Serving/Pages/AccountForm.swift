import Accounts

/// A form of accounts: what it asks for, in the words of its page.
struct AccountForm: Sendable {
    struct Field: Sendable {
        let name: String
        let label: String
        var type = "text"
        /// For the browser's own filling in.
        var autocomplete = "off"
        var hint: String?
        var isLong = false
        var isOptional = false
        var limit = 254
    }

    struct Link: Sendable {
        let place: String
        let words: String
    }

    let title: String
    var lead: String?
    let action: String
    let button: String
    var fields: [Field] = []
    var links: [Link] = []
    /// Whether it is a trap for programs too: a field that people do not see, and the time it was opened.
    var isGuarded = false

    static let address = Field(name: "email", label: "E-mail address", type: "email", autocomplete: "username")
    static let newPasswordHint =
        "At least \(PasswordRule.characters) characters, at most \(PasswordHash.byteLimit) bytes. Several words are best."

    static let register = AccountForm(
        title: "Create an account",
        lead: "An account keeps your results. It begins when you open the link that we send you.",
        action: "/register", button: "Create the account",
        fields: [
            address,
            Field(
                name: "password", label: "Password", type: "password", autocomplete: "new-password",
                hint: newPasswordHint),
        ], links: [Link(place: "/login", words: "I have an account")])

    static let login = AccountForm(
        title: "Log in", action: "/login", button: "Log in",
        fields: [
            address, Field(name: "password", label: "Password", type: "password", autocomplete: "current-password"),
        ],
        links: [
            Link(place: "/password/forgotten", words: "I have forgotten my password"),
            Link(place: "/register", words: "Create an account"),
        ])

    static let verify = AccountForm(
        title: "Confirm your address", lead: "One step more: your address is yours, and the account begins.",
        action: "/verify", button: "Confirm")

    static let password = AccountForm(
        title: "Change your password", lead: "You stay logged in here and are logged out everywhere else.",
        action: "/password", button: "Change the password",
        fields: [
            Field(
                name: "current_password", label: "Password until now", type: "password",
                autocomplete: "current-password"),
            Field(
                name: "new_password", label: "New password", type: "password", autocomplete: "new-password",
                hint: newPasswordHint),
        ],
        links: [
            Link(place: "/password/forgotten", words: "I have forgotten it"),
            Link(place: "/account", words: "Back to the account"),
        ])

    static let forgotten = AccountForm(
        title: "Forgotten your password?",
        lead: "We send a link to the address of your account. With it you choose a new password.",
        action: "/password/forgotten", button: "Send me a link", fields: [address],
        links: [Link(place: "/login", words: "Back to the log-in")])

    static let reset = AccountForm(
        title: "Choose a new password", lead: "It takes the place of the old one and logs you out everywhere.",
        action: "/password/reset", button: "Set the password",
        fields: [
            Field(
                name: "new_password", label: "New password", type: "password", autocomplete: "new-password",
                hint: newPasswordHint)
        ])

    static let delete = AccountForm(
        title: "Delete your account",
        lead: "Your results, pictures, reports and messages are deleted at once and for good.",
        action: "/account/delete", button: "Delete everything",
        fields: [Field(name: "password", label: "Password", type: "password", autocomplete: "current-password")],
        links: [Link(place: "/account", words: "Back to the account")])

    static let contact = AccountForm(
        title: "Write to us", lead: "For questions about this site. We cannot give medical advice.",
        action: "/contact", button: "Send",
        fields: [
            Field(name: "name", label: "Name", autocomplete: "name", limit: 100),
            Field(name: "email", label: "E-mail address", type: "email", autocomplete: "email"),
            Field(name: "message", label: "Message", isLong: true, limit: 5000),
        ], isGuarded: true)
}

/// A page that only tells something.
struct AccountNotice: Sendable {
    let title: String
    let text: String
    var links: [AccountForm.Link] = []
}
