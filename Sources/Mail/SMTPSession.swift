import CCurl
import Foundation

/// One connection to a mail server, over which messages go one after the other.
///
/// libcurl connects, encrypts, checks the certificate and logs in. The few commands behind that are spoken here, because
/// libcurl's own transfer does not tell when it writes the dot that ends a message. That moment divides a message that
/// can safely be sent again from one that the server may have: `MailAgent` needs to know on which side it is.
///
/// - Source: RFC 5321, sections 3.3 and 4.2 (replies), 4.5.2 (dots).
final class SMTPSession {
    private let handle: UnsafeMutableRawPointer
    private let socket: curl_socket_t
    private let seconds: Double
    private var received: [UInt8] = []

    /// Connects and logs in.
    ///
    /// - Parameter name: the domain that we greet with.
    /// - Throws: `MailError.unreachable`.
    init(_ server: SMTPServer, name: String) throws {
        guard let handle = curl_easy_init() else { throw MailError.unreachable(reason: "libcurl cannot be used") }
        self.handle = handle
        seconds = server.seconds
        let error = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        error.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer { error.deallocate() }
        heartsense_curl_set_error_buffer(handle, error)
        Self.configure(handle, for: server, name: name)
        let code = curl_easy_perform(handle)
        var socket = curl_socket_t(-1)
        heartsense_curl_get_socket(handle, &socket)
        self.socket = socket
        // The buffer does not outlive this function.
        heartsense_curl_set_error_buffer(handle, nil)
        guard code == CURLE_OK, socket >= 0 else {
            // The handle is `deinit`'s to clean up, which runs after this too: all properties have their values.
            throw MailError.unreachable(reason: Self.reason(code, detail: String(cString: error)))
        }
    }

    deinit { curl_easy_cleanup(handle) }

    private static func configure(_ handle: UnsafeMutableRawPointer, for server: SMTPServer, name: String) {
        heartsense_curl_set_text(handle, CURLOPT_URL, server.address(callingItself: name))
        heartsense_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        heartsense_curl_set_number(handle, CURLOPT_CONNECT_ONLY, 1)
        // Signals are the process's, and a proxy of the environment is none for mail.
        heartsense_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        heartsense_curl_set_text(handle, CURLOPT_PROXY, "")
        heartsense_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(server.seconds * 1000))
        heartsense_curl_set_number(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(server.seconds)))
        // Without STARTTLS no log-in and no message: a man in the middle who hides it gets neither.
        let encryption = server.encryption == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        heartsense_curl_set_number(handle, CURLOPT_USE_SSL, Int(encryption.rawValue))
        heartsense_curl_set_number(handle, CURLOPT_SSL_VERIFYPEER, 1)
        heartsense_curl_set_number(handle, CURLOPT_SSL_VERIFYHOST, 2)
        heartsense_curl_set_number(handle, CURLOPT_SSLVERSION, 6)  // CURL_SSLVERSION_TLSv1_2
        if let authorities = server.authorities { heartsense_curl_set_text(handle, CURLOPT_CAINFO, authorities) }
        if !server.user.isEmpty {
            heartsense_curl_set_text(handle, CURLOPT_USERNAME, server.user)
            heartsense_curl_set_text(handle, CURLOPT_PASSWORD, server.password)
        }
    }

    private static func reason(_ code: CURLcode, detail: String) -> String {
        switch code {
        case CURLE_LOGIN_DENIED: "it refused the user name or password (mail.user, mail.password)"
        case CURLE_PEER_FAILED_VERIFICATION:
            "its certificate is not trusted (\(detail)); mail.authorities names a file of authorities to trust"
        case CURLE_USE_SSL_FAILED: "it does not offer STARTTLS, and without encryption no mail is sent"
        case CURLE_SSL_CACERT_BADFILE: "the file of authorities that mail.authorities names cannot be read"
        default: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        }
    }

    /// Hands one message over.
    ///
    /// - Parameters:
    ///   - message: with CRLF line ends.
    ///   - beforeEnd: is called when the server has everything but the dot that ends the message: until it returns
    ///     nothing can have been accepted.
    /// - Throws: `MailError.refused`, `.refusedForNow` with the connection still usable, `.interrupted`; and what
    ///   `beforeEnd` throws.
    func send(_ message: Data, from: MailAddress, to: MailAddress, beforeEnd: () throws -> Void) throws {
        try command("MAIL FROM:<\(from)>", named: "MAIL", expecting: 250 ... 250)
        try command("RCPT TO:<\(to)>", named: "RCPT", expecting: 250 ... 251)
        try command("DATA", named: "DATA", expecting: 354 ... 354)
        try write(Self.stuffed(message), naming: "DATA")
        try beforeEnd()
        try write(Array(".\r\n".utf8), naming: "the end of the message")
        try readReply(to: "the end of the message", expecting: 250 ... 250, seconds: 5 * seconds)
    }

    /// Forgets a message that was refused half-way.
    func reset() throws { try command("RSET", named: "RSET", expecting: 250 ... 250) }

    /// Says goodbye; the answer does not matter.
    func quit() { try? write(Array("QUIT\r\n".utf8), naming: "QUIT") }

    /// The message with its last line ended, and a second dot before each line that begins with one.
    static func stuffed(_ message: Data) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(message.count + 64)
        var isAtStart = true
        for byte in message {
            if isAtStart, byte == UInt8(ascii: ".") { result.append(byte) }
            result.append(byte)
            isAtStart = byte == UInt8(ascii: "\n")
        }
        return isAtStart ? result : result + Array("\r\n".utf8)
    }

    // MARK: - Commands and replies

    private func command(_ text: String, named name: String, expecting codes: ClosedRange<Int>) throws {
        try write(Array("\(text)\r\n".utf8), naming: name)
        try readReply(to: name, expecting: codes, seconds: seconds)
    }

    private func readReply(to name: String, expecting codes: ClosedRange<Int>, seconds: Double) throws {
        let code = try replyCode(to: name, deadline: .now + .seconds(seconds))
        guard !codes.contains(code) else { return }
        // 421 comes at any time and ends the connection.
        if code == 421 { throw MailError.interrupted(command: name) }
        throw (500 ... 599).contains(code)
            ? MailError.refused(command: name, code: code) : MailError.refusedForNow(command: name, code: code)
    }

    /// The code of a reply's last line: `250-…` goes on, `250 …` is the last.
    private func replyCode(to name: String, deadline: ContinuousClock.Instant) throws -> Int {
        while true {
            let line = try line(naming: name, deadline: deadline)
            guard line.count >= 3, let code = Int(String(decoding: line.prefix(3), as: UTF8.self)),
                (200 ... 599).contains(code)
            else { throw MailError.interrupted(command: name) }
            if line.count == 3 || line[3] != UInt8(ascii: "-") { return code }
        }
    }

    private func line(naming name: String, deadline: ContinuousClock.Instant) throws -> [UInt8] {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                defer { received.removeSubrange(...end) }
                return Array(received[..<end])
            }
            // RFC 5321 allows 512 bytes; some servers take a little more.
            guard received.count <= 4096 else { throw MailError.interrupted(command: name) }
            var buffer = [UInt8](repeating: 0, count: 4096)
            var count = 0
            let code = curl_easy_recv(handle, &buffer, buffer.count, &count)
            switch code {
            case CURLE_OK where count > 0: received += buffer[..<count]
            case CURLE_AGAIN: try wait(for: Int16(POLLIN), naming: name, deadline: deadline)
            default: throw MailError.interrupted(command: name)
            }
        }
    }

    private func write(_ bytes: [UInt8], naming name: String) throws {
        let deadline = ContinuousClock.now + .seconds(seconds + Double(bytes.count) / 10_000)
        var sent = 0
        while sent < bytes.count {
            var count = 0
            let code = bytes.withUnsafeBytes {
                curl_easy_send(handle, $0.baseAddress! + sent, bytes.count - sent, &count)
            }
            switch code {
            case CURLE_OK: sent += count
            case CURLE_AGAIN: try wait(for: Int16(POLLOUT), naming: name, deadline: deadline)
            default: throw MailError.interrupted(command: name)
            }
        }
    }

    private func wait(for events: Int16, naming name: String, deadline: ContinuousClock.Instant) throws {
        let left = (deadline - .now) / .milliseconds(1)
        var state = pollfd(fd: socket, events: events, revents: 0)
        guard left > 0 else { throw MailError.interrupted(command: name) }
        let ready = poll(&state, 1, Int32(min(left.rounded(.up), 1e9)))
        if ready == 0 || (ready < 0 && errno != EINTR) { throw MailError.interrupted(command: name) }
    }
}
