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
            sha256: sha256 ?? Digest(of: content), license: "none", origin: "a test")
    }

    private func folderIsEmpty() throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/out").isEmpty
    }

    @Test func `a file is downloaded once`() throws {
        #expect(try WeightsDownload.fetch(known(), to: path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        #expect(try !WeightsDownload.fetch(known(url: "http://127.0.0.1:1/none"), to: path))
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try WeightsDownload.fetch(known(), to: path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test func `content with another digest is not kept`() throws {
        let other = Digest(of: "something else")
        let url = known().url
        #expect(
            throws: WeightsError.digest(
                path: url, name: "test", expected: "\(other)", found: "\(Digest(of: content))")
        ) { try WeightsDownload.fetch(known(sha256: other), to: path) }
        #expect(try folderIsEmpty())
    }

    @Test func `a file of another size is an error`() throws {
        let url = known().url
        #expect(throws: WeightsError.downloadSize(url: url, expected: 5001, found: 5000)) {
            try WeightsDownload.fetch(known(bytes: 5001), to: path)
        }
        #expect(throws: WeightsError.self) { try WeightsDownload.fetch(known(bytes: 4999), to: path) }
        #expect(try folderIsEmpty())
    }

    @Test func `a missing file is an error with the server's status`() throws {
        let error = #expect(throws: WeightsError.self) { try WeightsDownload.fetch(known("none.h5"), to: path) }
        #expect(error?.description.contains("404") == true)
        #expect(error?.description.hasPrefix(known("none.h5").url) == true)
        #expect(try folderIsEmpty())
    }

    @Test func `without a network there is an error and the old file is kept`() throws {
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: WeightsError.self) {
            try WeightsDownload.fetch(known(url: "http://127.0.0.1:1/weights.h5"), to: path)
        }
        #expect(error?.description.contains("download failed: Failed to connect") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    }

    @Test func `only HTTP addresses are downloaded`() throws {
        let url = "file://\(server.folder)/weights.h5"
        #expect(throws: WeightsError.self) { try WeightsDownload.fetch(known(url: url), to: path) }
        #expect(try folderIsEmpty())
    }

    @Test func `a missing folder is an error`() throws {
        let error = #expect(throws: FileError.self) {
            try WeightsDownload.fetch(known(), to: "\(server.folder)/missing/weights.h5")
        }
        #expect(error?.description.contains("No such file or directory") == true)
    }
}

@Suite struct KnownWeightsTests {
    @Test func `published weights are found by name`() throws {
        let imagenet = try KnownWeights.named("imagenet")
        #expect(imagenet.url.hasSuffix("/\(imagenet.fileName)"))
        #expect(imagenet.url.hasPrefix("https://"))
        #expect(imagenet.bytes == 14_536_120)
        #expect(imagenet.license == "Apache-2.0")
        let error = #expect(throws: WeightsError.unknownName(name: "imagnet", known: ["imagenet"])) {
            try KnownWeights.named("imagnet")
        }
        #expect(error?.description == "imagnet: unknown weights. Known names: imagenet.")
    }

    @Test func `verification identifies a file by its digest`() throws {
        let file = try Unpacked("keras3_float16.weights.h5")
        #expect(try WeightsFile.verify(file.path).origin == .unknown)
        let digest = try Digest(ofFile: file.path)
        func known(_ sha256: Digest) -> KnownWeights {
            KnownWeights(
                name: "ours", fileName: "x.h5", url: "https://example.org/x.h5", bytes: 1, sha256: sha256,
                license: "none", origin: "a test")
        }
        #expect(try WeightsFile.verify(file.path, against: known(digest)).origin == .published(known(digest)))
        let other = Digest(of: "other")
        #expect(
            throws: WeightsError.digest(path: file.path, name: "ours", expected: "\(other)", found: "\(digest)")
        ) { try WeightsFile.verify(file.path, against: known(other)) }
        // A file with the name of a published one must be identical to it.
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
