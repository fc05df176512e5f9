import APIErrors
import Hummingbird

/// Whether the process lives and whether it takes work, for whoever restarts it or sends it requests.
struct HealthRoutes: Sendable {
    let service: PredictionService

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/v2/health/live") { _, _ in try JSONBody.response(["live": true]) }
        routes.add(.get, "/v2/health/ready") { _, _ in
            guard !service.isStopping else { throw Refusal.shuttingDown }
            return try JSONBody.response(["ready": true])
        }
    }
}
