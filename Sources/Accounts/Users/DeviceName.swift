/// The name of a browser and its system, for the list of sessions.
package enum DeviceName {
    /// Returns words such as `Firefox on Linux`. They are those of this table and contain no part of the header.
    package static func words(_ userAgent: String) -> String {
        let browser = name(in: userAgent, of: browsers)
        let system = name(in: userAgent, of: systems)
        guard let browser else { return system.map { "A browser on \($0)" } ?? "Unknown device" }
        return system.map { "\(browser) on \($0)" } ?? browser
    }

    private static func name(in text: String, of names: [(mark: String, name: String)]) -> String? {
        names.first { text.contains($0.mark) }?.name
    }

    /// Browsers name the ones that they are compatible with, so the order matters.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
        ("python-requests", "Python"), ("Python-urllib", "Python"),
    ]

    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ]
}
