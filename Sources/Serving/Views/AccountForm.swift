import Accounts

/// A form of the account pages, with its texts.
struct AccountForm: Sendable {
    struct Field: Sendable {
        let name: String
        let label: String
        var type = "text"
        /// The value of the attribute `autocomplete`.
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
    /// Whether the form has the protections against programs: an invisible field, and the time of opening.
    var isGuarded = false

    static let address = Field(name: "email", label: "E-mail address", type: "email", autocomplete: "username")
    static let newPasswordHint =
        "Use at least \(PasswordRule.characters) characters, for example several unrelated words."

    static let register = AccountForm(
        title: "Create an account",
        lead: "An account stores your results. Confirm your e-mail address to activate it.",
        action: "/register", button: "Create account",
        fields: [
            address,
            Field(
                name: "password", label: "Password", type: "password", autocomplete: "new-password",
                hint: newPasswordHint, limit: PasswordRule.byteLimit),
        ], links: [Link(place: "/login", words: "Log in instead")])

    static let login = AccountForm(
        title: "Log in", action: "/login", button: "Log in",
        fields: [
            address,
            Field(
                name: "password", label: "Password", type: "password", autocomplete: "current-password",
                limit: PasswordRule.byteLimit),
        ],
        links: [
            Link(place: "/password/forgotten", words: "Forgot password?"),
            Link(place: "/register", words: "Create an account"),
        ])

    /// The token of a link. The script `link.js` copies it from the fragment of the address.
    static let token = Field(
        name: "token", label: "Code from the link", hint: "Copy the part of the link after “token=”.", limit: 43)

    static let verify = AccountForm(
        title: "Confirm your address", lead: "One last step: confirm your address.",
        action: "/verify", button: "Confirm", fields: [token])

    static let password = AccountForm(
        title: "Change password", lead: "You stay logged in on this device and are logged out everywhere else.",
        action: "/password", button: "Change password",
        fields: [
            Field(
                name: "current_password", label: "Current password", type: "password",
                autocomplete: "current-password",
                limit: PasswordRule.byteLimit),
            Field(
                name: "new_password", label: "New password", type: "password", autocomplete: "new-password",
                hint: newPasswordHint, limit: PasswordRule.byteLimit),
        ],
        links: [
            Link(place: "/password/forgotten", words: "Forgot password?"),
            Link(place: "/account", words: "Back to your account"),
        ])

    static let forgotten = AccountForm(
        title: "Forgot your password?",
        lead: "Enter the e-mail address of your account. We'll send you a link to reset your password.",
        action: "/password/forgotten", button: "Send link", fields: [address],
        links: [Link(place: "/login", words: "Back to login")])

    /// The link to the form that sends another confirmation link.
    static let newLinkPage = Link(place: "/password/forgotten", words: "Send a new link")

    /// The form for a confirmation link that is invalid. It sends the link of a forgotten password, which confirms the
    /// address and lets its owner choose the password, so that a password of another person never becomes valid.
    static let newLink = AccountForm(
        title: "Send a new link",
        lead: "Enter your e-mail address. We'll send you a link to confirm it and to choose a password.",
        action: "/password/forgotten", button: "Send link", fields: [address],
        links: [Link(place: "/login", words: "Log in")])

    static let reset = AccountForm(
        title: "Choose a new password", lead: "You will be logged out on all devices.",
        action: "/password/reset", button: "Set password",
        fields: [
            token,
            Field(
                name: "new_password", label: "New password", type: "password", autocomplete: "new-password",
                hint: newPasswordHint, limit: PasswordRule.byteLimit),
        ])

    static let delete = AccountForm(
        title: "Delete account",
        lead:
            "Your results, pictures, reports and messages will be deleted immediately. This cannot be undone. Pictures "
            + "that you allowed for training are removed from data sets at the next export, except from frozen ones.",
        action: "/account/delete", button: "Delete account",
        fields: [
            Field(
                name: "password", label: "Password", type: "password", autocomplete: "current-password",
                limit: PasswordRule.byteLimit)
        ],
        links: [Link(place: "/account", words: "Back to your account")])

    static let contact = AccountForm(
        title: "Contact", lead: "For questions about this site. We cannot give medical advice.",
        action: "/contact", button: "Send",
        fields: [
            Field(name: "name", label: "Name", autocomplete: "name", limit: 100),
            Field(name: "email", label: "E-mail address", type: "email", autocomplete: "email"),
            Field(name: "message", label: "Message", isLong: true, limit: 5000),
        ], isGuarded: true)
}

/// A page with a message and links.
struct AccountNotice: Sendable {
    let title: String
    let text: String
    var links: [AccountForm.Link] = []
}
