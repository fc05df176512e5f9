/// The navigation of a page, which depends on whether the caller is logged in.
///
/// `RequestBoundary` sets `current` for each request of a browser, so that all pages and errors have it.
struct Navigation: Sendable {
    let isLoggedIn: Bool
    let isClinician: Bool
    /// The token for the form that logs out; empty for a caller who is not logged in.
    let csrf: String

    @TaskLocal static var current = Navigation()

    init(_ caller: Caller? = nil) {
        isLoggedIn = caller?.session != nil
        isClinician = caller?.session?.role == .clinician
        csrf = caller?.session == nil ? "" : caller?.formToken ?? ""
    }
}
