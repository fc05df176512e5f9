import TestSupport
import Testing

@testable import Accounts
@testable import Storage

struct ClinicianRoleTests {
    @Test func `only a verified account becomes a clinician`() throws {
        let sample = try StoredSample()
        let doctor = try sample.storage.addUser("doctor@a.org")
        let path = sample.storage.path
        #expect(try ClinicianRole.set(true, email: "Doctor@a.org", database: path) == doctor)
        #expect(throws: ClinicianRoleError.self) {
            try ClinicianRole.set(true, email: "nobody@a.org", database: path)
        }
        #expect(throws: ClinicianRoleError.self, "an address that is valid only in lower case") {
            _ = try sample.storage.addUser("kim@a.org")
            try ClinicianRole.set(true, email: "\u{212a}im@a.org", database: path)
        }
        #expect(throws: StorageError.missing(path: "\(path)-not")) {
            try ClinicianRole.set(true, email: "doctor@a.org", database: "\(path)-not")
        }
    }
}
