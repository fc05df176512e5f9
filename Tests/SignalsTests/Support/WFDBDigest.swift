import Files
import Foundation
import Signals

/// Digests that `Tests/Python/read_wfdb.py` prints too.
enum WFDBDigest {
    /// The digest of all samples of all leads, lead after lead.
    static func of(_ recording: Recording) -> String {
        var hasher = Digest.Hasher()
        for lead in recording.leads { lead.samples.withUnsafeBytes { hasher.update($0) } }
        return hasher.finish().description
    }

    /// The digest of everything that the annotations hold.
    static func of(_ annotations: WFDBAnnotations) -> String {
        let lines = annotations.annotations.map {
            "\($0.sample) \(annotations.symbol(of: $0.code)) \($0.subtype) \($0.channel) \($0.number) \($0.text)\n"
        }
        return Digest(of: lines.joined()).description
    }
}
