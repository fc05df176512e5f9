import Foundation
import HTTPTypes
import Hummingbird

/// The address of a client.
enum ClientAddress {
    /// Returns the address of the connection or, behind a proxy, the address that the proxy has added last.
    ///
    /// - Parameter header: The header of the proxy; nil without a proxy, where clients could set it themselves.
    static func address(of request: Request, context: ServerContext, header: String?) -> String {
        guard let header, let name = HTTPField.Name(header),
            let named = request.headers[values: name].last?.split(separator: ",").last
        else { return context.peer }
        return named.trimmingCharacters(in: .whitespaces)
    }

    /// Returns the network for which attempts are counted. Of an IPv6 address only the first half counts, because one
    /// customer has all addresses of a /64 network.
    static func network(_ address: String) -> String {
        guard let bytes = bytes(address) else { return String(address.prefix(45)) }
        return bytes.count == 4 ? address : bytes.prefix(8).map { String(format: "%02x", $0) }.joined()
    }

    /// Returns the 4 or 16 bytes of an address; nil for other text. `::ffff:a.b.c.d` is an IPv4 address.
    static func bytes(_ address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, address, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        return isMapped ? Array(bytes[12...]) : bytes
    }
}

/// A network in CIDR notation, such as `10.0.0.0/8` or `2001:db8::/32`. A single address is a network too.
struct ClientNetwork: Equatable, Sendable {
    private let prefix: [UInt8]
    private let bits: Int

    /// Parses a network; nil for other text.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = ClientAddress.bytes(String(parts[0])),
            let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8, (0 ... bytes.count * 8).contains(bits)
        else { return nil }
        (prefix, self.bits) = (bytes, bits)
    }

    func contains(_ address: String) -> Bool {
        guard let bytes = ClientAddress.bytes(address), bytes.count == prefix.count else { return false }
        return (0 ..< bits).allSatisfy { bit in (bytes[bit / 8] ^ prefix[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0 }
    }
}
