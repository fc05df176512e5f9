import APIErrors
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// How often something may be tried in a while, by account or by address. Kept in memory.
final class AttemptLimit: Sendable {
    private struct Window {
        var count: Int
        let end: Date
    }

    private let count: Int
    private let seconds: Double
    private let capacity: Int
    private let windows = Mutex<[String: Window]>([:])

    /// - Parameters:
    ///   - count: tries within `seconds`, which begin with the first.
    ///   - capacity: keys in memory; beyond it those that end first are forgotten.
    init(count: Int, seconds: Double, capacity: Int = 100_000) {
        (self.count, self.seconds, self.capacity) = (count, seconds, capacity)
    }

    /// Counts a try.
    ///
    /// - Throws: `Refusal` with `tooManyAttempts`, and when to come again.
    func take(_ key: String, now: Date = Date()) throws {
        let wait = windows.withLock { windows -> Double? in
            var window = windows[key] ?? Window(count: 0, end: now + seconds)
            if window.end <= now { window = Window(count: 0, end: now + seconds) }
            guard window.count < count else { return window.end.timeIntervalSince(now) }
            window.count += 1
            windows[key] = window
            if windows.count > capacity { Self.trim(&windows, to: capacity / 2, now: now) }
            return nil
        }
        if let wait {
            throw Refusal(
                .tooManyAttempts, "Too many attempts. Try again in \(Self.words(wait)).",
                headers: [.retryAfter: "\(Int(wait.rounded(.up)))"])
        }
    }

    /// A try that was none: a log-in that was right.
    func giveBack(_ key: String) {
        windows.withLock { windows in
            guard let window = windows[key], window.count > 0 else { return }
            windows[key]?.count -= 1
        }
    }

    /// Lets a key try anew.
    func forget(_ key: String) { windows.withLock { $0[key] = nil } }

    private static func trim(_ windows: inout [String: Window], to count: Int, now: Date) {
        windows = windows.filter { $0.value.end > now }
        guard windows.count > count else { return }
        for key in windows.sorted(by: { $0.value.end < $1.value.end }).prefix(windows.count - count).map(\.key) {
            windows[key] = nil
        }
    }

    private static func words(_ seconds: Double) -> String {
        let minutes = Int((seconds / 60).rounded(.up))
        return minutes <= 1 ? "a minute" : "\(minutes) minutes"
    }
}

/// Whom attempts are counted for.
enum ClientAddress {
    /// The connection's address or, behind a proxy, the one that the proxy has added last. Of an IPv6 address the first
    /// half, for a customer has all of the second.
    ///
    /// - Parameter header: the proxy's; nil where there is none: then a client could write it itself.
    static func of(_ request: Request, context: ServerContext, header: String?) -> String {
        var address = context.peer
        if let header, let name = HTTPField.Name(header),
            let named = request.headers[values: name].last?.split(separator: ",").last
        {
            address = named.trimmingCharacters(in: .whitespaces)
        }
        return network(address)
    }

    static func network(_ address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return String(address.prefix(45)) }
        let prefix = withUnsafeBytes(of: &bytes) { Array($0) }
        // ::ffff:a.b.c.d is an IPv4 address: all of it counts.
        if prefix.prefix(10).allSatisfy({ $0 == 0 }), prefix[10] == 255, prefix[11] == 255 { return address }
        return prefix.prefix(8).map { String(format: "%02x", $0) }.joined()
    }
}
