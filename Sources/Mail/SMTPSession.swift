import CCurl
import Foundation

/// A connection to a mail server that delivers messages one after another.
///
/// libcurl connects, encrypts, verifies the certificate and logs in. This class sends the remaining commands itself,
/// because libcurl does not report when it writes the dot that ends a message. `MailAgent` needs that moment: before it,
/// a message can safely be sent again.
///
/// - Source: RFC 5321, sections 3.3 and 4.2 (replies), 4.5.2 (dots).
final class SMTPSession {
    private let handle: UnsafeMutableRawPointer
    private let socket: curl_socket_t
    private let seconds: Double
    private var received: [UInt8] = []

    /// Connects and logs in.
    ///
    /// - Parameter name: The domain in the greeting.
    /// - Throws: `MailError.unreachable`.
    init(_ server: SMTPServer, name: String) throws {
        guard let handle = curl_easy_init() else { throw MailError.unreachable(reason: "libcurl failed to start") }
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
            // `deinit` also runs after this error, and cleans up the handle.
            throw MailError.unreachable(reason: Self.reason(code, detail: String(cString: error)))
        }
    }

    deinit { curl_easy_cleanup(handle) }

    private static func configure(_ handle: UnsafeMutableRawPointer, for server: SMTPServer, name: String) {
        heartsense_curl_set_text(handle, CURLOPT_URL, server.address(callingItself: name))
        heartsense_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        heartsense_curl_set_number(handle, CURLOPT_CONNECT_ONLY, 1)
        // Signals belong to the process, and proxies of the environment are not for mail.
        heartsense_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        heartsense_curl_set_text(handle, CURLOPT_PROXY, "")
        heartsense_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(server.seconds * 1000))
        heartsense_curl_set_number(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(server.seconds)))
        // Without STARTTLS there is no login and no message, so that an attacker cannot force plain text.
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
        case CURLE_LOGIN_DENIED: "it rejected the user name or password (mail.user, mail.password)"
        case CURLE_PEER_FAILED_VERIFICATION:
            "its certificate is not trusted (\(detail)). Name a file of trusted authorities in mail.authorities"
        case CURLE_USE_SSL_FAILED: "it does not offer STARTTLS, which is required"
        case CURLE_SSL_CACERT_BADFILE: "the file named by mail.authorities cannot be read"
        default: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        }
    }

    /// Sends one message.
    ///
    /// - Parameters:
    ///   - message: The message with CRLF line ends.
    ///   - beforeEnd: Called when the server has everything except the dot that ends the message. The server cannot have
    ///     accepted the message before it returns.
    /// - Throws: `MailError.refused` and `.refusedForNow`, after which the connection is still usable, `.interrupted`, and
    ///   errors of `beforeEnd`.
    func send(_ message: Data, from: MailAddress, to: MailAddress, beforeEnd: () throws -> Void) throws {
        try command("MAIL FROM:<\(from)>", named: "MAIL", expecting: 250 ... 250)
        try command("RCPT TO:<\(to)>", named: "RCPT", expecting: 250 ... 251)
        try command("DATA", named: "DATA", expecting: 354 ... 354)
        try write(Self.stuffed(message), naming: "DATA")
        try beforeEnd()
        try write(Array(".\r\n".utf8), naming: "the end of the message")
        try readReply(to: "the end of the message", expecting: 250 ... 250, seconds: 5 * seconds)
    }

    /// Resets the session after a rejected message.
    func reset() throws { try command("RSET", named: "RSET", expecting: 250 ... 250) }

    /// Says goodbye. The reply is ignored.
    func quit() { try? write(Array("QUIT\r\n".utf8), naming: "QUIT") }

    /// Returns the message with a final line end, and with lines that start with a dot prefixed by another one.
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
        // 421 can come at any time, and ends the connection.
        if code == 421 { throw MailError.interrupted(command: name) }
        throw (500 ... 599).contains(code)
            ? MailError.refused(command: name, code: code) : MailError.refusedForNow(command: name, code: code)
    }

    /// Returns the code of the last line of a reply: `250-…` continues, `250 …` ends it.
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
            // RFC 5321 allows 512 bytes; some servers send a little more.
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
