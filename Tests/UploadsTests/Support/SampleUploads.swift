import Files
import Foundation
import Imaging
import PageDrawing
import Signals
import TestSupport

@testable import Uploads

/// Uploads made from a record of the sample data set.
enum SampleUploads {
    static let record = SharedMaterial.checkout.path + "/datasets/ptbxl-sample/records/00003_lr"

    static func recording() throws -> Recording { try WFDBRecord(record).recording }

    /// The header and the signal file.
    static func pair() throws -> [UploadedFile] {
        try ["00003_lr.hea", "00003_lr.dat"].map { name in
            UploadedFile(
                name: name,
                bytes: try FileContent.bytes(
                    of: SharedMaterial.checkout.path + "/datasets/ptbxl-sample/records/\(name)"))
        }
    }

    static func drawing(_ recording: Recording, layout: String = "3x4+1") throws -> PageDrawing {
        try PageDrawing(of: recording, layout: DrawingLayout(layout))
    }

    /// The recording with the names of two leads exchanged.
    static func exchanged(_ one: String, _ other: String) throws -> Recording {
        let recording = try recording()
        return Recording(
            samplingRate: recording.samplingRate,
            leads: recording.leads.map { lead in
                Recording.Lead(
                    name: lead.name == one ? other : lead.name == other ? one : lead.name, samples: lead.samples)
            })
    }
}
