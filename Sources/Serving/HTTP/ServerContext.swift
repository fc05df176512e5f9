import Hummingbird
import Logging

/// What belongs to one request.
public struct ServerContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Stands in the answer's `X-Request-Id`, in error bodies and in the log.
    public let requestID: String
    /// The address that the connection comes from.
    let peer: String

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        let id = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? ""
        requestID = id
        peer = source.channel.remoteAddress?.ipAddress ?? ""
        var logger = source.logger
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request_id"] = "\(id)"
        self.logger = logger
    }
}
