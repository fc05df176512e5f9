import Foundation

/// A socket to the server, so that the test controls what is sent and when.
final class Connection {
    struct Answer {
        let status: Int
        /// The headers by name in lower case.
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
        /// The code of the error, or else the status.
        var code: String {
            // The Open Inference Protocol has its own form.
            ((json["error"] as? [String: Any])?["code"] ?? json["code"]) as? String ?? "status \(status)"
        }
        var results: [[String: Any]] { json["results"] as? [[String: Any]] ?? [] }
    }

    struct Failure: Error { let text: String }

    private let descriptor: Int32
    private var received = Data()

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var timeout = timeval(tv_sec: 240, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let done = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard done == 0 else { throw Failure(text: "no connection: \(String(cString: strerror(errno)))") }
    }

    /// Also runs if `init` throws.
    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Data(text.utf8)) }

    func send(_ data: Data) throws {
        var sent = 0
        while sent < data.count {
            let count = data.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress! + sent, data.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(text: "not sent: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Ends the output. Responses can still be read.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads the next response, and skips informational ones.
    func answer(toHead: Bool = false) throws -> Answer {
        while true {
            let head = try read(until: Data("\r\n\r\n".utf8))
            let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n").filter { !$0.isEmpty }
            guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw Failure(text: "no status line: \(lines.first ?? "")")
            }
            if status < 200 { continue }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let name = line[..<colon].lowercased()
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                // A response may set several cookies.
                headers[name] = name == "set-cookie" ? (headers[name].map { $0 + "\n" } ?? "") + value : value
            }
            if !toHead, headers["transfer-encoding"] == "chunked" {
                return Answer(status: status, headers: headers, body: try chunks())
            }
            let length = toHead ? 0 : Int(headers["content-length"] ?? "") ?? 0
            while received.count < length { try receive() }
            defer { received = Data(received.dropFirst(length)) }
            return Answer(status: status, headers: headers, body: Data(received.prefix(length)))
        }
    }

    /// Reads a chunked body.
    private func chunks() throws -> Data {
        var body = Data()
        while true {
            let size = try read(until: Data("\r\n".utf8)).dropLast(2)
            guard let count = Int(String(decoding: size, as: UTF8.self), radix: 16) else {
                throw Failure(text: "invalid size of a chunk")
            }
            while received.count < count + 2 { try receive() }
            body += received.prefix(count)
            received = Data(received.dropFirst(count + 2))
            if count == 0 { return body }
        }
    }

    /// Whether the server has closed the connection.
    func isAtEnd() -> Bool {
        if !received.isEmpty { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }

    /// Whether bytes have arrived that were not read.
    var hasInput: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return !received.isEmpty || poll(&entry, 1, 0) > 0
    }

    /// Waits until the server has closed the connection, without reading.
    func waitForClosing() -> Bool {
        let peerHasClosed: Int16 = 0x2000  // POLLRDHUP
        var entry = pollfd(fd: descriptor, events: peerHasClosed, revents: 0)
        return poll(&entry, 1, 240_000) > 0
    }

    /// Reads up to `mark`, inclusive.
    func read(until mark: Data) throws -> Data {
        while true {
            if let range = received.range(of: mark) {
                defer { received = Data(received[range.upperBound...]) }
                return Data(received[..<range.upperBound])
            }
            try receive()
        }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            throw Failure(text: count == 0 ? "the server closed" : String(cString: strerror(errno)))
        }
        received += buffer[..<count]
    }
}
