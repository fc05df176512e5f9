import Hummingbird
import Logging

/// The context of a request.
public struct ServerContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The id in the header `X-Request-Id`, in error responses and in the log.
    public let requestID: String
    /// The address of the connection's client.
    let peer: String
    /// Tells whether the client still waits for the response.
    let ticket: JobTicket

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        let id = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? ""
        requestID = id
        peer = source.channel.remoteAddress?.ipAddress ?? ""
        let channel = source.channel
        ticket = JobTicket { channel.isActive }
        var logger = source.logger
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request_id"] = "\(id)"
        self.logger = logger
    }
}
