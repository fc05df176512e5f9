import Testing

@testable import Serving

struct AcceptHeaderTests {
    @Test(arguments: [
        // Chromium and Firefox, for a page.
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html", "TEXT/HTML ; q=0.5", "text/*",
        "application/json;q=0.4, text/html;q=0.5",
    ])
    func `browsers get a page`(accept: String) { #expect(AcceptHeader.prefersHTML(accept)) }

    @Test(
        arguments: [
            nil, "", "*/*", "application/json", "application/json, text/html;q=0.9", "text/html, application/json",
            "text/html;q=0", "*/*;q=0.8, text/html;q=0.1", "text/html;q=x", ";;,,", "image/png",
        ] as [String?])
    func `programs get JSON, also without a preference`(accept: String?) {
        #expect(!AcceptHeader.prefersHTML(accept))
    }
}
