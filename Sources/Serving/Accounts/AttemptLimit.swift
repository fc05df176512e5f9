import APIErrors
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// Limits the number of attempts per key in a time window. The state is in memory.
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
    ///   - count: The limit of attempts in a window of `seconds`, which starts with the first attempt.
    ///   - capacity: The maximum number of keys in memory. Beyond it, keys whose windows end first are removed.
    init(count: Int, seconds: Double, capacity: Int = 100_000) {
        (self.count, self.seconds, self.capacity) = (count, seconds, capacity)
    }

    /// Counts an attempt.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`, and the time until the next attempt.
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
            throw APIError(
                .tooManyAttempts, "Too many attempts. Try again in \(Self.words(wait)).",
                headers: [.retryAfter: "\(Int(wait.rounded(.up)))"])
        }
    }

    /// Does not count an attempt after all, such as a successful login.
    func giveBack(_ key: String) {
        windows.withLock { windows in
            guard let window = windows[key], window.count > 0 else { return }
            windows[key]?.count -= 1
        }
    }

    /// Resets a key.
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

/// The client address for which attempts are counted.
enum ClientAddress {
    /// Returns the address of the connection or, behind a proxy, the address that the proxy has added last. Of an IPv6
    /// address only the first half counts, because one customer has all addresses of a /64 network.
    ///
    /// - Parameter header: The header of the proxy; nil without a proxy, where clients could set it themselves.
    static func limitKey(of request: Request, context: ServerContext, header: String?) -> String {
        network(address(of: request, context: context, header: header))
    }

    static func address(of request: Request, context: ServerContext, header: String?) -> String {
        guard let header, let name = HTTPField.Name(header),
            let named = request.headers[values: name].last?.split(separator: ",").last
        else { return context.peer }
        return named.trimmingCharacters(in: .whitespaces)
    }

    static func network(_ address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return String(address.prefix(45)) }
        let prefix = withUnsafeBytes(of: &bytes) { Array($0) }
        // ::ffff:a.b.c.d is an IPv4 address, of which all parts count.
        if prefix.prefix(10).allSatisfy({ $0 == 0 }), prefix[10] == 255, prefix[11] == 255 { return address }
        return prefix.prefix(8).map { String(format: "%02x", $0) }.joined()
    }
}
