import Foundation
import GRDB
import Inference
import TestSupport
import Testing

@testable import APIErrors
@testable import Accounts
@testable import Serving

/// Reviews by clinicians and others, over a real port.
@Suite(.serialized) struct FeedbackRoutesTests {
    private let server: RunningServer

    init() throws { server = try AccountClient.shared.get() }

    @Test func `a clinician corrects a result of an account that allows it, and the correction is stored`()
        throws
    {
        let (doctor, patient) = ("doctor@example.org", "patient@example.org")
        let clinician = try AccountClient(server).enter(doctor)
        try clinician.becomeClinician(doctor)
        let owner = try AccountClient(server).enter(patient)
        let id = try owner.result(320)
        func queue() throws -> [[String: Any]] { try clinician.get("/review?limit=50").results }
        func isQueued() throws -> Bool { try queue().contains { $0["result"] as? String == id } }

        #expect(try !isQueued(), "not permitted yet")
        #expect(try clinician.json("/feedback", ["result": id, "labels": ["V"]]).code == "unknown_result")
        #expect(try owner.json("/account/training", ["allowed": true]).status == 200)
        #expect(try isQueued())
        let entry = try #require(try queue().first { $0["result"] as? String == id })
        #expect(entry["has_picture"] as? Bool == true && entry["file"] == nil)
        let page = try clinician.get("/review", accept: "text/html")
        #expect(page.status == 200 && !page.text.contains("picture 320") && page.text.contains("name=\"label-V\""))
        #expect(page.text.contains("The model's answer is shown after\nyours.") && !page.text.contains(" %</span>"))
        let row = try #require(entry["row"] as? String)
        #expect(page.headers["content-security-policy"]?.contains("img-src 'self' data:") == true)

        let form = [
            "result": id, "row": row, "label-V": "on", "note": "wide QRS",
            "csrf": try clinician.hidden("csrf", on: "/review"),
        ]
        let saved = try clinician.form("/feedback", form)
        let next = try #require(saved.headers["location"])
        #expect(saved.status == 303 && next.hasPrefix("/review?saved="))
        #expect(try !isQueued())
        let revealed = try clinician.get(next, accept: "text/html").text
        #expect(revealed.contains("Your answer: <strong>") && revealed.contains("(V)</strong>"))
        #expect(revealed.contains("The model's answer: <strong>") && revealed.contains(" %</span></li>"))
        let stored = try AccountClient.database(of: server).read {
            try Row.fetchOne(
                $0,
                sql: """
                    SELECT f.labels, f.note, f.scores, f.model, u.email FROM feedback f JOIN users u ON u.id = clinician
                    JOIN results r ON r.number = f.result WHERE r.id = ?
                    """, arguments: [id])
        }
        let kept = try #require(stored)
        let answer = try Prediction(stored: try owner.get("/results/\(id)").text)
        #expect(kept["labels"] as String == "V" && kept["note"] as String == "wide QRS")
        #expect(kept["email"] as String == doctor)
        #expect(kept["model"] as String == answer.model.sha256)
        let scores = try JSONDecoder().decode([String: Double].self, from: Data((kept["scores"] as String).utf8))
        #expect(scores == Dictionary(uniqueKeysWithValues: answer.labels.map { ($0.code, $0.score) }))

        // The role can be revoked.
        try clinician.becomeClinician(doctor, revoke: true)
        #expect(try clinician.get("/review").code == "not_a_clinician")
        #expect(try clinician.json("/feedback", ["result": id, "labels": ["N"]]).code == "not_a_clinician")
    }

    @Test func `each of two accounts with the same picture gets its own review`() throws {
        let clinician = try AccountClient(server).enter("twice.doctor@example.org")
        try clinician.becomeClinician("twice.doctor@example.org")
        var ids: [String] = []
        for email in ["twice.one@example.org", "twice.two@example.org"] {
            let owner = try AccountClient(server).enter(email)
            ids.append(try owner.result(326))
            #expect(try owner.json("/account/training", ["allowed": true]).status == 200)
        }
        #expect(ids[0] == ids[1])
        func rows() throws -> [String] {
            try clinician.get("/review?limit=50").results.filter { $0["result"] as? String == ids[0] }
                .compactMap { $0["row"] as? String }
        }
        let both = try rows()
        #expect(both.count == 2)
        let page = try clinician.get("/review", accept: "text/html").text
        #expect(both.allSatisfy { page.contains("name=\"row\" value=\"\($0)\"") })
        #expect(try clinician.json("/feedback", ["result": ids[0], "row": both[1], "labels": ["N"]]).status == 200)
        #expect(try rows() == [both[0]])
        #expect(try clinician.json("/feedback", ["result": ids[0], "labels": ["N"]]).status == 200)
        #expect(try rows().isEmpty)
        #expect(
            try clinician.json("/feedback", ["result": ids[0], "row": "x", "labels": ["N"]]).code == "invalid_field")
    }

    @Test func `a review can be left undecided, skipped and undone, and a refused one keeps what was entered`() throws {
        let (email, other) = ("undecided@example.org", "second.doctor@example.org")
        let clinician = try AccountClient(server).enter(email)
        let second = try AccountClient(server).enter(other)
        for (client, address) in [(clinician, email), (second, other)] { try client.becomeClinician(address) }
        let ids = try [324, 325].map { try clinician.result($0) }
        func own() throws -> [[String: Any]] {
            try clinician.get("/review?limit=50").results.filter { ids.contains($0["result"] as? String ?? "") }
        }
        let queue = try own()
        #expect(queue.count == 2)
        let (first, row) = try (#require(queue[0]["result"] as? String), #require(queue[0]["row"] as? String))
        let last = try #require(queue[1]["row"] as? String)
        #expect(try clinician.get("/review?after=\(row)&limit=50").results.allSatisfy { $0["row"] as? String != row })
        let page = try clinician.get("/review?row=\(row)", accept: "text/html").text
        #expect(page.contains("href=\"/review?after=\(row)\"") && page.contains("aria-keyshortcuts=\"1\""))
        #expect(try clinician.get("/review?after=\(last)&limit=50").results.allSatisfy { $0["row"] as? String != last })

        let token = try clinician.hidden("csrf", on: "/review")
        let none = try clinician.form("/feedback", ["result": first, "row": row, "note": "a \"b\"", "csrf": token])
        #expect(none.status == 400 && none.text.contains("Select at least one finding"))
        #expect(none.text.contains("value=\"a &quot;b&quot;\"") && none.text.contains("id=\"review-\(row)\""))
        let fields = ["result": first, "row": row, "label-V": "on", "csrf": token]
        let noted = try clinician.form("/feedback", fields.merging(["note": "<b>"]) { $1 })
        #expect(noted.status == 400 && noted.text.contains(" checked>") && noted.text.contains("value=\"&lt;b&gt;\""))

        #expect(
            try clinician.json("/feedback", ["result": first, "labels": ["V"], "cannot_judge": true]).code
                == "invalid_field")
        let undecided = try clinician.form("/feedback", fields.merging(["cannot_judge": "true"]) { $1 })
        let place = try #require(undecided.headers["location"])
        #expect(try clinician.get(place, accept: "text/html").text.contains("Your answer: <strong>cannot judge"))
        #expect(try own().map { $0["row"] as? String } == [last])
        let feedback = String(place.dropFirst("/review?saved=".count))
        #expect(try second.json("/review/undo", ["feedback": feedback]).code == "unknown_result")
        let undone = try clinician.form("/review/undo", ["feedback": feedback, "csrf": token])
        #expect(undone.status == 303 && undone.headers["location"] == "/review?row=\(row)")
        #expect(try own().count == 2)
        #expect(try clinician.json("/review/undo", ["feedback": feedback]).code == "unknown_result")

        // A program gets the number of its review.
        let recorded = try clinician.json("/feedback", ["result": first, "row": row, "labels": ["N"]])
        #expect(recorded.json["status"] as? String == "recorded")
        let number = try #require(recorded.json["feedback"] as? String)
        #expect(try clinician.json("/review/undo", ["feedback": number]).json["status"] as? String == "undone")
    }

    @Test func `other accounts cannot review, not even their own results`() throws {
        let one = try AccountClient(server).enter("feedback.one@example.org")
        let two = try AccountClient(server).enter("feedback.two@example.org")
        let mine = try one.result(321)
        for (client, code) in [
            (one, "not_a_clinician"), (two, "not_a_clinician"), (AccountClient(server), "not_logged_in"),
        ] {
            #expect(try client.get("/review").code == code)
            #expect(try client.json("/feedback", ["result": mine, "labels": ["N"]]).code == code)
        }
        #expect(try two.get("/review", accept: "text/html").status == 403)
        #expect(try AccountClient(server).get("/review", accept: "text/html").headers["location"] == "/login")
        // Reports contain only own results and are sent only to the own address.
        #expect(try two.json("/send-report", ["result": mine]).code == "unknown_result")
        #expect(try two.get("/send-report?result=\(mine)", accept: "text/html").status == 404)
        #expect(
            try one.json("/send-report", ["result": mine, "email": "feedback.two@example.org"]).code == "unknown_field")
        #expect(try AccountClient(server).json("/send-report", ["result": mine]).code == "not_logged_in")
        #expect(try one.get("/send-report", accept: "text/html").headers["location"] == "/history")
        #expect(
            try AccountClient(server).get("/send-report?result=\(mine)", accept: "text/html").headers["location"]
                == "/login")
        let reports = try AccountClient.database(of: server).read {
            try Int.fetchOne(
                $0, sql: "SELECT count(*) FROM reports JOIN results ON number = result WHERE results.id = ?",
                arguments: [mine])
        }
        #expect(reports == 0)
    }

    @Test func `forms of reports and reviews without their token or from another site are rejected`() throws {
        let email = "forged-report@example.org"
        let client = try AccountClient(server).enter(email)
        try client.becomeClinician(email)
        let id = try client.result(322)
        let token = try client.hidden("csrf", on: "/account")
        let foreign = try AccountClient(server).hidden("csrf", on: "/login")
        let forms: [(String, [String: String])] = [
            ("/send-report", ["result": id]), ("/send-report/confirm", ["token": String(repeating: "A", count: 43)]),
            ("/feedback", ["result": id, "label-N": "on"]),
        ]
        for (path, fields) in forms {
            for wrong in [nil, "", "x", foreign] {
                let sent = fields.merging(wrong.map { ["csrf": $0] } ?? [:]) { $1 }
                let answer = try client.form(path, sent)
                #expect(answer.status == 403 && answer.text.contains("forged_request"), "\(path) \(wrong ?? "nil")")
                guard path == "/send-report" else { continue }
                #expect(try client.multipart(path, sent).code == "forged_request")
            }
            for headers in [
                ["Origin": "https://elsewhere.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
            ] {
                #expect(try client.form(path, fields.merging(["csrf": token]) { $1 }, headers: headers).status == 403)
                #expect(try client.json(path, fields, headers: headers).code == "forged_request", "\(path)")
                guard path == "/send-report" else { continue }
                #expect(
                    try client.multipart(path, fields.merging(["csrf": token]) { $1 }, headers: headers).code
                        == "forged_request")
            }
            #expect(
                try client.send("POST", path, type: "text/plain", Data("{}".utf8)).code == "unsupported_media_type")
        }
        // A visitor's form with a picture needs its token too.
        let visitor = AccountClient(server)
        _ = try visitor.hidden("csrf", on: "/send-report")
        let asked = try visitor.multipart(
            "/send-report", ["email": "x@example.org", "csrf": foreign], picture: SpikePicture.png(322))
        #expect(asked.code == "forged_request")
        #expect(try visitor.mail(to: "x@example.org").isEmpty)
    }

    @Test func `SQL, HTML and line breaks in fields of reports and reviews are rejected with a code`() throws {
        let email = "hostile-report@example.org"
        let client = try AccountClient(server).enter(email)
        try client.becomeClinician(email)
        let id = try client.result(323)
        let picture = try SpikePicture.png(323)
        let hostile = [
            "'; DROP TABLE outbox; --", "<script>alert(1)</script>", "a@b.c\r\nBcc: x@y.z", "x\u{0}y", "\u{202e}",
        ]
        let routes: [(String, [String: Any], [String])] = [
            ("/send-report", ["result": id, "report": "k"], ["result", "report", "email"]),
            ("/send-report/confirm", ["token": ""], ["token"]),
            ("/feedback", ["result": id, "labels": ["N"]], ["result", "labels"]),
        ]
        for (path, fields, attacked) in routes {
            for field in attacked {
                for text in hostile {
                    let sent = fields.merging([field: text]) { $1 }
                    let answer = try client.json(path, sent)
                    #expect((400 ..< 500).contains(answer.status), "\(path) \(field) \(text): \(answer.status)")
                    #expect(ErrorCode(rawValue: answer.code) != nil, "\(path) \(field) \(text)")
                }
            }
            #expect(try client.json(path, fields.merging(["x": "y"]) { $1 }).code == "unknown_field")
            #expect(try client.send("POST", path, type: "application/json", Data("[1]".utf8)).code == "malformed_json")
        }
        // Free text may contain an apostrophe, but no HTML and no second line.
        for note in hostile[1 ... 3] + [String(repeating: "x", count: 1001)] {
            let answer = try client.json("/feedback", ["result": id, "labels": ["N"], "note": note])
            #expect(answer.code == "invalid_field", "\(note)")
        }
        let token = try client.hidden("csrf", on: "/account")
        let visitor = AccountClient(server)
        for text in hostile {
            let fields = ["result": text, "report": text, "csrf": token]
            let page = try client.multipart("/send-report", fields, headers: ["Accept": "text/html"])
            #expect((400 ..< 500).contains(page.status) && !page.text.contains("<script>alert"))
            #expect(try visitor.multipart("/send-report", ["email": text], picture: picture).code == "invalid_field")
            #expect(
                try visitor.multipart("/send-report", ["email": "a@b.org", text: "x"], picture: picture).status == 400)
            let encoded = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            for query in ["result", "token"] {
                let shown = try client.get("/send-report?\(query)=\(encoded)", accept: "text/html")
                #expect((400 ..< 500).contains(shown.status), "\(query) \(text): \(shown.status)")
                #expect(!shown.text.contains("<script>alert"))
            }
            #expect(try client.get("/review?limit=\(encoded)").code == "malformed_query")
        }
        for limit in ["0", "51", "-1", "1.5", ""] {
            #expect(try client.get("/review?limit=\(limit)").code == "malformed_query", "\(limit)")
        }
        let corrections = try AccountClient.database(of: server).read {
            try Int.fetchOne(
                $0, sql: "SELECT count(*) FROM feedback JOIN results ON number = result WHERE results.id = ?",
                arguments: [id])
        }
        #expect(corrections == 0)
    }
}
