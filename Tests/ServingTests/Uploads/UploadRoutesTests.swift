import Foundation
import GRDB
import Imaging
import Inference
import TestSupport
import Testing

@testable import APIErrors

/// Uploads over a real port.
@Suite(.serialized) struct UploadRoutesTests {
    private let server: RunningServer
    private static let records = SharedMaterial.checkout.path + "/datasets/ptbxl-sample/records"

    /// A server with accounts, a model of pictures and the shipped model of recordings.
    private static let shared: Result<RunningServer, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("uploads-\(UUID())").path
        let server = try RunningServer(
            environment: [
                "HEARTSENSE_DATABASE": AccountClient.file, "HEARTSENSE_ACCOUNTS_PASSWORD_COST": "4",
                "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "100000",
                "HEARTSENSE_RETENTION_UPLOAD_FOLDER": folder,
            ], arguments: ["--model", try ShippedModels().path(of: "twelve-lead.h5")])
        RunningServer.endWithTheTests(server)
        return server
    }

    init() throws { server = try Self.shared.get() }

    private static func pair(_ name: String = "00003_lr") throws -> [(name: String, bytes: Data)] {
        try ["\(name).hea", "\(name).dat"].map {
            ($0, try Data(contentsOf: URL(fileURLWithPath: "\(records)/\($0)")))
        }
    }

    private func upload(
        _ files: [(name: String, bytes: Data)], accept: String = "application/json", client: AccountClient? = nil
    ) throws -> Connection.Answer {
        try (client ?? AccountClient(server)).send(
            "POST", "/upload", type: "multipart/form-data; boundary=b", Form.body(files), headers: ["Accept": accept])
    }

    private func correct(
        _ id: String, _ corrections: String, client: AccountClient? = nil
    ) throws -> Connection.Answer {
        try (client ?? AccountClient(server)).send(
            "PATCH", "/uploads/\(id)", type: "application/json", Data("{\"corrections\":\(corrections)}".utf8))
    }

    @Test func `a recording has the numbers of the command line, and files to fetch`() throws {
        let answer = try upload(Self.pair())
        #expect(answer.status == 200)
        let printed = try Program.run(
            "heartsense", ["analyze", "00003_lr.hea", "--json", "--beat-model", "rules"], in: Self.records)
        #expect(answer.text.contains("\"analysis\":" + printed.output.trimmingCharacters(in: .newlines)))
        let predicted = try Program.run(
            "heartsense", ["predict", ShippedModels().path(of: "twelve-lead.h5"), "00003_lr.hea", "--json"],
            in: Self.records)
        #expect(answer.text.contains("\"predictions\":[" + predicted.output.trimmingCharacters(in: .newlines) + "]"))

        let id = try #require(answer.json["id"] as? String)
        #expect(answer.headers["content-location"] == "/results/\(id)")
        #expect(try server.get("/results/\(id)").body == answer.body)
        for (file, type, start) in [
            ("ecg.svg", "image/svg+xml", "<svg "), ("report.pdf", "application/pdf", "%PDF-"),
            ("recording.hea", "text/plain; charset=utf-8", "recording 12 100 "),
            ("recording.csv", "text/csv; charset=utf-8", "time_s,I_mV"),
        ] {
            let found = try server.get("/results/\(id)/\(file)")
            #expect(
                found.status == 200 && found.headers["content-type"] == type
                    && found.body.starts(with: Data(start.utf8)))
        }
        #expect(try server.get("/results/\(id)/recording.dat").body.count == 12 * 1000 * 2)
        #expect(try server.get("/results/\(id)/overlay.png").code == "unknown_result")
        let page = try AccountClient(server).get("/results/\(id)", accept: "text/html")
        #expect(page.status == 200 && page.text.contains("Sinus rhythm") && !page.text.contains("{{"))
    }

    @Test func `corrections change the result, are kept with it and can be undone`() throws {
        let first = try upload(Self.pair())
        let id = try #require(first.json["id"] as? String)
        let swapped = try correct(id, #"[{"change":"swap","leads":["I","II"]}]"#)
        #expect(swapped.status == 200 && swapped.json["corrected"] as? Bool == true)
        let proposals = swapped.json["proposals"] as? [[String: Any]]
        #expect(proposals?.first?["sentence"] as? String == "Leads I and II are exchanged.")
        #expect(try server.get("/results/\(id)").body == swapped.body)
        #expect(try server.get("/results/\(id)/recording.hea").text.contains("corrected by hand"))
        #expect(try correct(id, #"[{"change":"flip","lead":"X"}]"#).code == "invalid_correction")
        #expect(try correct(id, #"[{"change":"paint"}]"#).code == "malformed_json")
        #expect(try correct(String(repeating: "0", count: 32), "[]").code == "unknown_result")
        #expect(try correct("..%2f..", "[]").status == 404)
        #expect(try server.get("/results/\(id)").body == swapped.body, "a failed correction changes nothing")
        #expect(try correct(id, "[]").body == first.body)
    }

    @Test func `a program that asks for stages gets them in order, and then the result or the error`() throws {
        let good = try upload(Self.pair(), accept: "application/x-ndjson")
        #expect(good.headers["content-type"] == "application/x-ndjson")
        let lines = try good.text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(
            lines.compactMap { $0["stage"] as? String } == ["received", "read", "digitized", "analyzed", "classified"])
        #expect((lines.last?["result"] as? [String: Any])?["rhythm_classification"] as? String == "Sinus rhythm")
        let bad = try upload([("a.txt", Data("hello".utf8))], accept: "application/x-ndjson")
        let last = try #require(bad.text.split(separator: "\n").last)
        #expect(last.hasPrefix("{\"error\":{\"code\":\"not_a_recording\",\"file\":\"a.txt\""))
    }

    @Test func `errors have codes and sentences, and browsers get them as a page`() throws {
        for (files, code) in [
            ([("a.pdf", Data())], "empty_file"), ([("a.pdf", Data("%PDF-1.4\n%%EOF\n".utf8))], "unreadable"),
            ([try Self.pair()[1]], "missing_file"), ([], "no_files"),
        ] as [([(String, Data)], String)] {
            let answer = try upload(files.map { (name: $0.0, bytes: $0.1) })
            #expect(answer.code == code && [400, 422].contains(answer.status))
        }
        let page = try upload([("a.txt", Data("x".utf8))], accept: "text/html")
        #expect(page.status == 422 && page.text.contains("not_a_recording") && page.text.contains("No result"))
    }

    @Test func `a picture of a beat is classified as by predict`() throws {
        let picture = try SpikePicture.png(3)
        let answer = try upload([("beat.png", picture)])
        #expect(answer.status == 200)
        #expect((answer.json["files"] as? [[String: String]])?.first?["kind"] == "beat_picture")
        let predicted = try server.predict([("beat.png", picture)])
        #expect(answer.text.contains("\"predictions\":[\(predicted.text)]"))
        #expect(answer.json["analysis"] is NSNull && answer.json["ecg_image_url"] is NSNull)
    }

    @Test func `without options, the server has the models of recordings and of pictures of beats`() throws {
        let plain = try RunningServer(models: [])
        #expect(try plain.get("/v2/models/beat-picture").json["name"] as? String == "beat-picture")
        let answer = try AccountClient(plain).send(
            "POST", "/upload", type: "multipart/form-data; boundary=b", Form.body(Self.pair()),
            headers: ["Accept": "application/json"])
        #expect(answer.text.contains("\"name\":\"ptbxl-conditions\""))
    }

    @Test func `an upload of an account is in its history, visible to its owner, deleted with it`() throws {
        let owner = try AccountClient(server).enter("owner@upload.example")
        let answer = try upload(Self.pair(), client: owner)
        let id = try #require(answer.json["id"] as? String)
        #expect(try owner.get("/results/\(id)").body == answer.body)
        let history = try #require(try owner.get("/history").json["results"] as? [[String: Any]])
        #expect(history.count == 1 && history[0]["ecg_image_url"] as? String == "/results/\(id)/ecg.svg")
        #expect(history[0]["rhythm_classification"] as? String == "Sinus rhythm")
        #expect(try owner.get("/history", accept: "text/html").text.contains("Sinus rhythm"))
        #expect(try correct(id, #"[{"change":"flip","lead":"aVR"}]"#, client: owner).json["corrected"] as? Bool == true)

        let other = try AccountClient(server).enter("other@upload.example")
        for client in [other, AccountClient(server)] {
            for file in ["", "/ecg.svg", "/report.pdf", "/recording.dat"] {
                #expect([401, 404].contains(try client.get("/results/\(id)\(file)").status), "\(file)")
            }
            #expect(try correct(id, "[]", client: client).status == 404)
        }
        let sent = try owner.json("/send-report", ["result": id])
        #expect(sent.status == 202)
        let mail = String(decoding: try owner.mailFile(sent.json["report"] as? String ?? ""), as: UTF8.self)
        #expect(mail.contains("ecg-report.pdf") && mail.contains("application/pdf"))

        #expect(
            try owner.send(
                "DELETE", "/account", type: "application/json",
                Data("{\"password\":\"\(AccountClient.password)\"}".utf8)
            ).status == 200)
        let rows = try AccountClient.database(of: server).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM uploads")
        }
        #expect(rows == 0)
    }

    @Test func `a browser without scripts gets the address of its result, with its date and the form for guests`()
        throws
    {
        let guest = AccountClient(server)
        let sent = try upload(Self.pair(), accept: "text/html", client: guest)
        let place = try #require(sent.headers["location"])
        #expect(sent.status == 303 && place.hasPrefix("/results/"))
        let page = try guest.get(place, accept: "text/html")
        #expect(page.status == 200 && page.text.contains("Created on <time datetime=\"20"))
        let form = "/send-report?result=" + place.dropFirst("/results/".count)
        #expect(page.text.contains("href=\"\(form)\""))
        #expect(try guest.get(form, accept: "text/html").text.contains("name=\"email\""))
    }

    @Test func `clinicians review recordings of others without the findings, and the data set gets them`() throws {
        let patient = try AccountClient(server).enter("patient@review.example")
        let id = try #require(try upload(Self.pair(), client: patient).json["id"] as? String)
        #expect(try patient.json("/account/training", ["allowed": true]).status == 200)
        let doctor = try AccountClient(server).enter("doctor@review.example")
        try doctor.becomeClinician("doctor@review.example")
        let entry = try #require(try doctor.get("/review").results.first { $0["result"] as? String == id })
        #expect(entry["has_ecg"] as? Bool == true && entry["file"] == nil)
        let row = try #require(entry["row"] as? String)
        let page = try doctor.get("/review?row=\(row)", accept: "text/html").text
        let drawing = try #require(try #/data:image\/svg\+xml;base64,([A-Za-z0-9+\/=]+)"/#.firstMatch(in: page))
        let svg = String(decoding: try #require(Data(base64Encoded: String(drawing.1))), as: UTF8.self)
        #expect(svg.contains("class=\"trace\"") && svg.hasSuffix("</svg>"))
        for mark in ["class=\"beat", "class=\"qrs\"", "Sinus", "<desc"] { #expect(!svg.contains(mark), "\(mark)") }
        #expect(!page.contains("00003_lr") && !page.contains("Sinus rhythm") && page.contains("label-infarction"))
        let saved = try doctor.form(
            "/feedback",
            ["result": id, "row": row, "label-normal": "on", "csrf": doctor.hidden("csrf", on: "/review")])
        #expect(saved.status == 303)

        let folder = "\(server.folder)/feedback"
        let outcome = try Program.run(
            "heartsense", ["dataset", "feedback", "--database", AccountClient.file, "--output", folder],
            in: server.folder)
        #expect(outcome.output.contains("1 reviewed recordings written to \(folder)/recordings/manifest.csv."))
        let shown = try Program.run("heartsense", ["dataset", "show", "\(folder)/recordings"], in: server.folder)
        #expect(shown.status == 0, "\(shown.errors)")
        let password = Data("{\"password\":\"\(AccountClient.password)\"}".utf8)
        for client in [patient, doctor] {
            #expect(try client.send("DELETE", "/account", type: "application/json", password).status == 200)
        }
    }

    @Test func `results of others expire`() throws {
        let folder = try Scratch()
        let short = try RunningServer(environment: [
            "HEARTSENSE_RETENTION_UPLOAD_FOLDER": folder("up"), "HEARTSENSE_RETENTION_UPLOAD_MINUTES": "0.02",
        ])
        let client = AccountClient(short)
        let answer = try client.send(
            "POST", "/upload", type: "multipart/form-data; boundary=b", Form.body(try Self.pair()))
        let id = try #require(answer.json["id"] as? String)
        for _ in 0 ..< 300 where FileManager.default.fileExists(atPath: folder("up/\(id)")) {
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(!FileManager.default.fileExists(atPath: folder("up/\(id)")))
        #expect(try short.get("/results/\(id)").status == 404)
    }

    @Test func `a server without a model of pictures names the missing one`() throws {
        let plain = try RunningServer(models: ["twelve-lead"])
        let answer = try plain.predict([("a.png", try SpikePicture.png(1))])
        #expect(answer.code == "missing_model" && answer.text.contains("beat-picture.h5"))
        #expect(try plain.get("/v2/models/small").code == "unknown_model")
        #expect(try plain.get("/").status == 200 && plain.get("/v2/health/ready").status == 200)
    }
}
