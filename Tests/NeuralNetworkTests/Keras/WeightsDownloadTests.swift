import Files
import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: LocalServer.isPossible, "python3 or curl is not installed"))
struct WeightsDownloadTests {
    private let server: LocalServer
    private let path: String
    private let content = Data((0 ..< 5000).map { UInt8(truncatingIfNeeded: $0 * 7) })

    init() throws {
        server = try LocalServer()
        path = "\(server.folder)/out/weights.h5"
        try FileManager.default.createDirectory(atPath: "\(server.folder)/out", withIntermediateDirectories: true)
        try content.write(to: URL(fileURLWithPath: "\(server.folder)/weights.h5"))
    }

    private func known(
        _ file: String = "weights.h5", bytes: Int = 5000, sha256: Digest? = nil, url: String? = nil
    ) -> KnownWeights {
        KnownWeights(
            name: "test", fileName: file, url: url ?? "http://127.0.0.1:\(server.port)/\(file)", bytes: bytes,
            sha256: sha256 ?? Digest(of: content), licence: "none", origin: "a test")
    }

    private func nothingIsLeft() throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/out").isEmpty
    }

    @Test func `a file is fetched once`() throws {
        #expect(try WeightsDownload.fetch(known(), to: path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        #expect(try !WeightsDownload.fetch(known(url: "http://127.0.0.1:1/none"), to: path))
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try WeightsDownload.fetch(known(), to: path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test func `other content than was published is not kept`() throws {
        let other = Digest(of: "something else")
        let url = known().url
        #expect(
            throws: WeightsError.digest(
                path: url, name: "test", expected: "\(other)", found: "\(Digest(of: content))")
        ) { try WeightsDownload.fetch(known(sha256: other), to: path) }
        #expect(try nothingIsLeft())
    }

    @Test func `a file that is too short is told with both sizes, a longer one is given up`() throws {
        let url = known().url
        #expect(throws: WeightsError.downloadSize(url: url, expected: 5001, found: 5000)) {
            try WeightsDownload.fetch(known(bytes: 5001), to: path)
        }
        #expect(throws: WeightsError.self) { try WeightsDownload.fetch(known(bytes: 4999), to: path) }
        #expect(try nothingIsLeft())
    }

    @Test func `what the server does not have is an error with its answer`() throws {
        let error = #expect(throws: WeightsError.self) { try WeightsDownload.fetch(known("none.h5"), to: path) }
        #expect(error?.description.contains("404") == true)
        #expect(error?.description.hasPrefix(known("none.h5").url) == true)
        #expect(try nothingIsLeft())
    }

    @Test func `a machine without network gets a sentence and keeps its old file`() throws {
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: WeightsError.self) {
            try WeightsDownload.fetch(known(url: "http://127.0.0.1:1/weights.h5"), to: path)
        }
        #expect(error?.description.contains("cannot be downloaded: Failed to connect") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    }

    @Test func `only the web is asked`() throws {
        let url = "file://\(server.folder)/weights.h5"
        #expect(throws: WeightsError.self) { try WeightsDownload.fetch(known(url: url), to: path) }
        #expect(try nothingIsLeft())
    }

    @Test func `a folder that is missing is told as such`() throws {
        let error = #expect(throws: FileError.self) {
            try WeightsDownload.fetch(known(), to: "\(server.folder)/missing/weights.h5")
        }
        #expect(error?.description.contains("No such file or directory") == true)
    }
}

@Suite struct KnownWeightsTests {
    @Test func `the published weights can be asked for by name`() throws {
        let imagenet = try KnownWeights.named("imagenet")
        #expect(imagenet.url.hasSuffix("/\(imagenet.fileName)"))
        #expect(imagenet.url.hasPrefix("https://"))
        #expect(imagenet.bytes == 14_536_120)
        #expect(imagenet.licence == "Apache-2.0")
        let error = #expect(throws: WeightsError.unknownName(name: "imagnet", known: ["imagenet"])) {
            try KnownWeights.named("imagnet")
        }
        #expect(error?.description == "imagnet: no published weights of that name are known. Known: imagenet.")
    }

    @Test func `verifying tells what a digest vouches for`() throws {
        let file = try Unpacked("keras3_float16.weights.h5")
        #expect(try WeightsFile.verify(file.path).origin == .unknown)
        let digest = try Digest(ofFile: file.path)
        func known(_ sha256: Digest) -> KnownWeights {
            KnownWeights(
                name: "ours", fileName: "x.h5", url: "https://example.org/x.h5", bytes: 1, sha256: sha256,
                licence: "none", origin: "a test")
        }
        #expect(try WeightsFile.verify(file.path, against: known(digest)).origin == .published(known(digest)))
        let other = Digest(of: "other")
        #expect(
            throws: WeightsError.digest(path: file.path, name: "ours", expected: "\(other)", found: "\(digest)")
        ) { try WeightsFile.verify(file.path, against: known(other)) }
        // A file that has the name of a published one has to be it.
        let renamed = URL(fileURLWithPath: file.path).deletingLastPathComponent()
            .appendingPathComponent(KnownWeights.all[0].fileName).path
        try FileManager.default.moveItem(atPath: file.path, toPath: renamed)
        #expect(throws: WeightsError.self) { try WeightsFile.verify(renamed) }
    }
}

/// `python3 -m http.server` on a free port.
private final class LocalServer {
    static let isPossible = ["python3", "curl"].allSatisfy { program in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    let folder: String
    let port: Int
    private let server: Child

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("server-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        server = try Child(
            "python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder], output: .lines,
            errors: .none)
        // "Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ..."
        let line = server.line()
        let words = line.split(separator: " ")
        let place = words.firstIndex(of: "port").map { words.index(after: $0) }
        port = place.flatMap { Int(words[$0]) } ?? 0
    }

    deinit {
        server.signal(SIGKILL)
        _ = server.wait()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
