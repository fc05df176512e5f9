import APIErrors
import Inference
import Progress
import Synchronization

/// The metrics of the server.
final class Telemetry: Sendable {
    /// A number that increases and decreases.
    final class Gauge: Sendable {
        private let number = Atomic<Int>(0)
        func add(_ difference: Int) { number.add(difference, ordering: .relaxed) }
        var value: Int { number.load(ordering: .relaxed) }
    }

    /// The state of the server when the metrics are read.
    struct State: Sendable {
        /// The number of waiting pictures.
        var pictures = 0
        /// The number of pictures that wait for a saliency map.
        var explanations = 0
        /// The number of waiting uploads.
        var uploads = 0
        /// The served models: name and SHA-256.
        var models: [(name: String, sha256: String)] = []
        /// Whether the database can be read; nil without a database.
        var hasDatabase: Bool?
        /// The number of messages by state.
        var mails: [String: Int] = [:]
        var process: ProcessUsage?
    }

    private let requests = Counter(
        "heartsense_requests_total", labels: ["route", "status"], help: "Requests by route and status.")
    private let durations = Mutex<[String: Histogram]>([:])
    private let predictions = Counter(
        "heartsense_predictions_total", labels: ["model"], help: "Pictures and recordings with a result, by model.")
    private let labels = Counter(
        "heartsense_labels_total", labels: ["model", "label"], help: "Labels in results, by model and code.")
    private let uncertain = Counter(
        "heartsense_uncertain_predictions_total", labels: ["model"], help: "Uncertain results, by model.")
    private let reasons = Counter(
        "heartsense_uncertainty_reasons_total", labels: ["model", "reason"], help: "Reasons of uncertain results.")
    private let refusals = Counter(
        "heartsense_refusals_total", labels: ["code"], help: "Pictures and uploads without a result, by error code.")
    private let logins = Counter(
        "heartsense_logins_total", labels: ["outcome"], help: "Attempts to log in: succeeded, failed or limited.")

    let inFlight = Gauge()
    let batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32])

    private static let durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    init() {
        // A rate needs the value before the first event.
        for outcome in ["succeeded", "failed", "limited"] { logins.add(outcome, count: 0) }
    }

    /// - Parameter route: A pattern of the route table, never a path from a client.
    func answered(route: String, status: Int, seconds: Double) {
        requests.add(route, "\(status)")
        let histogram = durations.withLock { durations in
            if let known = durations[route] { return known }
            let new = Histogram(bounds: Self.durationBounds)
            durations[route] = new
            return new
        }
        histogram.observe(seconds)
    }

    /// Counts the predictions of a request.
    func count(_ answers: [Result<Prediction, APIError>]) {
        for answer in answers {
            switch answer {
            case .success(let prediction): count(prediction)
            case .failure(let error): refused(error)
            }
        }
    }

    func count(_ prediction: Prediction) {
        let model = prediction.model.name
        predictions.add(model)
        uncertain.add(model, count: prediction.uncertain ? 1 : 0)
        for code in prediction.decision { labels.add(model, code) }
        for reason in prediction.reasons { reasons.add(model, reason.rawValue) }
    }

    /// Counts a picture or an upload without a result. A busy or stopping server has refused nothing.
    func refused(_ error: APIError) {
        if error.code.status == .unprocessableContent { refusals.add(error.code.rawValue) }
    }

    /// Counts the response to an attempt to log in.
    func loggedIn(status: Int) {
        switch status {
        case 200 ..< 400: logins.add("succeeded")
        case 401: logins.add("failed")
        case 429: logins.add("limited")
        default: break
        }
    }

    /// Returns all metrics in the text format of Prometheus, version 0.0.4.
    func text(_ state: State) -> String {
        var text = PrometheusText()
        text.counter(requests)
        text.family(
            "heartsense_request_seconds", "histogram", "Time from the head of a request to its response, by route.")
        for (route, histogram) in durations.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            text.histogram("heartsense_request_seconds", [("route", route)], histogram)
        }
        text.gauge("heartsense_requests_in_flight", "Requests in progress.", inFlight.value)
        text.gauge("heartsense_queue_pictures", "Pictures waiting for a thread.", state.pictures)
        text.gauge("heartsense_queue_explanations", "Pictures waiting for a saliency map.", state.explanations)
        text.gauge("heartsense_queue_uploads", "Uploads waiting for a thread.", state.uploads)
        text.family("heartsense_batch_pictures", "histogram", "Pictures per network batch.")
        text.histogram("heartsense_batch_pictures", [], batchSizes)
        for counter in [predictions, labels, uncertain, reasons, refusals] { text.counter(counter) }
        if let hasDatabase = state.hasDatabase {
            text.counter(logins)
            text.gauge("heartsense_database_up", "Whether the database can be read: 1 or 0.", hasDatabase ? 1 : 0)
            text.family("heartsense_mails", "gauge", "Messages of the last 30 days by state; retrying: waiting again.")
            for (mail, count) in state.mails.sorted(by: { $0.key < $1.key }) {
                text.sample("heartsense_mails", [("state", mail)], "\(count)")
            }
        }
        text.family("heartsense_model_info", "gauge", "The served models; always 1.")
        for model in state.models {
            text.sample("heartsense_model_info", [("name", model.name), ("sha256", model.sha256)], "1")
        }
        text.family("heartsense_build_info", "gauge", "The version of the server; always 1.")
        text.sample("heartsense_build_info", [("version", HeartSenseVersion.current)], "1")
        if let process = state.process { text.process(process) }
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

    mutating func counter(_ counter: Counter) {
        family(counter.name, "counter", counter.help)
        for value in counter.values {
            sample(counter.name, zip(counter.labels, value.labels).map { (name: $0, value: $1) }, "\(value.count)")
        }
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        family(name, "gauge", help)
        sample(name, [], "\(value)")
    }

    mutating func process(_ usage: ProcessUsage) {
        family("process_cpu_seconds_total", "counter", "Processor time of the process, in user and system mode.")
        sample("process_cpu_seconds_total", [], "\(usage.processorSeconds)")
        family("process_start_time_seconds", "gauge", "Start of the process in seconds since 1970.")
        sample("process_start_time_seconds", [], "\(usage.startSeconds)")
        gauge("process_resident_memory_bytes", "Memory of the process in RAM.", usage.residentBytes)
        gauge("process_virtual_memory_bytes", "Address space of the process.", usage.virtualBytes)
        gauge("process_open_fds", "Open file descriptors.", usage.openFiles)
        gauge("process_max_fds", "Limit of open file descriptors.", usage.openFilesLimit)
        gauge("process_threads", "Threads of the process.", usage.threads)
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
