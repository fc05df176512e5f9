import Synchronization

/// The metrics of the server.
final class Telemetry: Sendable {
    /// A number that increases and decreases.
    final class Gauge: Sendable {
        private let number = Atomic<Int>(0)
        func add(_ difference: Int) { number.add(difference, ordering: .relaxed) }
        var value: Int { number.load(ordering: .relaxed) }
    }

    private struct Kind: Hashable {
        let route: String
        let status: Int
    }

    private let requests = Mutex<[Kind: Int]>([:])
    private let durations = Mutex<[String: Histogram]>([:])

    let inFlight = Gauge()
    let batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32])

    private static let durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// - Parameter route: A pattern of the route table, never a path from a client.
    func answered(route: String, status: Int, seconds: Double) {
        requests.withLock { $0[Kind(route: route, status: status), default: 0] += 1 }
        let histogram = durations.withLock { durations in
            if let known = durations[route] { return known }
            let new = Histogram(bounds: Self.durationBounds)
            durations[route] = new
            return new
        }
        histogram.observe(seconds)
    }

    /// Returns all metrics in the text format of Prometheus, version 0.0.4.
    func text(queueDepth: Int, uploadDepth: Int, models: [[(name: String, value: String)]]) -> String {
        var text = PrometheusText()
        text.family("heartsense_requests_total", "counter", "Requests by route and status.")
        for (kind, count) in requests.withLock({ $0 }).sorted(by: {
            ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
        }) {
            text.sample("heartsense_requests_total", [("route", kind.route), ("status", "\(kind.status)")], "\(count)")
        }
        text.family(
            "heartsense_request_seconds", "histogram", "Time from the head of a request to its response, by route.")
        for (route, histogram) in durations.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            text.histogram("heartsense_request_seconds", [("route", route)], histogram)
        }
        text.family("heartsense_requests_in_flight", "gauge", "Requests in progress.")
        text.sample("heartsense_requests_in_flight", [], "\(inFlight.value)")
        text.family("heartsense_queue_pictures", "gauge", "Pictures waiting for a thread.")
        text.sample("heartsense_queue_pictures", [], "\(queueDepth)")
        text.family("heartsense_queue_uploads", "gauge", "Uploads waiting for a thread.")
        text.sample("heartsense_queue_uploads", [], "\(uploadDepth)")
        text.family("heartsense_batch_pictures", "histogram", "Pictures per network batch.")
        text.histogram("heartsense_batch_pictures", [], batchSizes)
        text.family("heartsense_model_info", "gauge", "The served models; always 1.")
        for model in models { text.sample("heartsense_model_info", model, "1") }
        return text.text
    }
}

/// Writes the text format of Prometheus, version 0.0.4.
struct PrometheusText {
    private(set) var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        let inside = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        text += name + (inside.isEmpty ? "" : "{\(inside)}") + " \(value)\n"
    }

    mutating func histogram(_ name: String, _ labels: [(name: String, value: String)], _ histogram: Histogram) {
        let snapshot = histogram.snapshot
        let bounds = histogram.bounds.map { "\($0)" } + ["+Inf"]
        for (bound, count) in zip(bounds, snapshot.cumulative) {
            sample("\(name)_bucket", labels + [("le", bound)], "\(count)")
        }
        sample("\(name)_sum", labels, "\(snapshot.sum)")
        sample("\(name)_count", labels, "\(snapshot.cumulative.last ?? 0)")
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
