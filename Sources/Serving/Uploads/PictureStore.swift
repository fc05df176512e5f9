import Files
import Foundation
import Imaging
import Inference
import Logging
import ServiceLifecycle

/// Stores pictures for a limited time, if configured. They are decoded and re-encoded as PNG, without metadata and hidden
/// content, and named by the id of the result.
struct PictureStore: Service {
    let folder: String
    let seconds: Double
    let limits: Page.Limits
    let logger: Logger

    /// Creates the folder, which only the server's user may read.
    ///
    /// - Throws: `FileError`.
    init(_ retention: ServerConfiguration.Retention, limits: Page.Limits, logger: Logger) throws {
        folder = retention.folder
        seconds = retention.hours * 3600
        self.limits = limits
        self.logger = logger
        try AtomicFile.makePrivateFolder(folder)
    }

    /// Stores pictures. A failure is logged, and the prediction is returned nevertheless.
    func keep(_ answered: [(picture: UploadedPicture, prediction: Prediction)], logger: Logger) async {
        for (picture, prediction) in answered {
            await withCheckedContinuation { continuation in
                DispatchQueue.global(qos: .utility).async {
                    do {
                        let page = try Page(decoding: picture.bytes, name: prediction.id, limits: limits)
                        try AtomicFile.writePrivately(page.pngData(), to: path(id: prediction.id))
                    } catch {
                        logger.error("storing a picture failed", metadata: ["result_id": "\(prediction.id)"])
                    }
                    continuation.resume()
                }
            }
        }
    }

    func path(id: String) -> String { "\(folder)/\(id).png" }

    /// Deletes expired pictures every minute, or more often with a shorter retention.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                deleteExpired(now: Date())
                try? await Task.sleep(for: .seconds(min(60, max(0.1, seconds / 10))))
            }
        }
    }

    /// Deletes expired pictures. Other files in the folder stay.
    func deleteExpired(now: Date) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(".png") {
            var status = stat()
            let path = "\(folder)/\(name)"
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            guard now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > seconds else { continue }
            if unlink(path) != 0 { logger.error("deleting an expired picture failed") }
        }
    }
}
