import Files
import Foundation
import Imaging
import Inference
import Logging
import ServiceLifecycle

/// Keeps pictures for a while, where the operator has asked for it: decoded and written anew as PNG, so that no
/// metadata and nothing hidden in the file survives, under the answer's id, which the server makes.
struct PictureStore: Service {
    let folder: String
    let seconds: Double
    let limits: Page.Limits
    let logger: Logger

    /// Makes the folder, which only the server's user may read.
    ///
    /// - Throws: `FileError`.
    init(_ retention: ServerConfiguration.Retention, limits: Page.Limits, logger: Logger) throws {
        folder = retention.folder
        seconds = retention.hours * 3600
        self.limits = limits
        self.logger = logger
        try AtomicFile.makeFolder(folder)
        guard chmod(folder, 0o700) == 0 else { throw FileError.lastError(writing: folder) }
    }

    /// A picture that cannot be kept is logged; its answer is given all the same.
    func keep(_ answered: [(picture: UploadedPicture, prediction: Prediction)], logger: Logger) async {
        for (picture, prediction) in answered {
            await withCheckedContinuation { continuation in
                DispatchQueue.global(qos: .utility).async {
                    do {
                        let page = try Page(decoding: picture.bytes, name: prediction.id, limits: limits)
                        try page.writePNG(to: path(id: prediction.id))
                    } catch {
                        logger.error("a picture could not be kept", metadata: ["result_id": "\(prediction.id)"])
                    }
                    continuation.resume()
                }
            }
        }
    }

    func path(id: String) -> String { "\(folder)/\(id).png" }

    /// Deletes what is too old, every minute or more often where pictures are kept for less.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                deleteExpired(now: Date())
                try? await Task.sleep(for: .seconds(min(60, max(0.1, seconds / 10))))
            }
        }
    }

    /// Only files that this store has named are its own to delete.
    func deleteExpired(now: Date) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(".png") {
            var status = stat()
            let path = "\(folder)/\(name)"
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            guard now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > seconds else { continue }
            if unlink(path) != 0 { logger.error("an expired picture could not be deleted") }
        }
    }
}
