import Files
import Foundation
import Mustache

/// The compiled-in templates of pages and mails.
enum Templates {
    /// Renders a template.
    ///
    /// - Precondition: There is a template with this name.
    static func render(_ values: Any, _ name: String) -> String {
        guard let text = library.render(values, withTemplate: name) else { preconditionFailure("no template \(name)") }
        return text
    }

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(ScalarEscaping(), named: "SCALARS")
        var library = MustacheLibrary()
        for (name, bytes) in [
            ("layout", PackageResources.layout_mustache), ("home", PackageResources.home_mustache),
            ("result", PackageResources.result_mustache), ("answer", PackageResources.answer_mustache),
            ("form", PackageResources.form_mustache), ("account", PackageResources.account_mustache),
            ("sessions", PackageResources.sessions_mustache),
            ("history", PackageResources.history_mustache), ("report", PackageResources.report_mustache),
            ("reportmail", PackageResources.reportmail_mustache), ("review", PackageResources.review_mustache),
            ("upload", PackageResources.upload_mustache), ("prediction", PackageResources.prediction_mustache),
            ("correction", PackageResources.correction_mustache), ("model", PackageResources.model_mustache),
            ("score", PackageResources.score_mustache), ("reviewed", PackageResources.reviewed_mustache),
        ] {
            do { try library.register(String(decoding: bytes, as: UTF8.self), named: name) } catch {
                preconditionFailure("\(name).mustache: \(error)")
            }
        }
        return library
    }()

    /// Escapes every scalar and replaces control characters, for mails, whose attributes contain text of the model.
    ///
    /// Mustache does not escape a character that is followed by a combining character.
    private struct ScalarEscaping: MustacheContentType {
        func escapeText(_ text: String) -> String { HTMLText.escape(text) }
    }
}
