import Foundation
import HTTPTypes
import Hummingbird

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
