import CCrypt
import Foundation

/// The memory that bcrypt works in.
///
/// `run` uses nothing else. It takes no lock and allocates nothing, so that other threads never wait for a worker that
/// the scheduler has suspended.
final class BcryptMemory: @unchecked Sendable {
    /// The size of a setting with its terminator. Settings of libcrypt have 60 characters.
    private static let settingBytes = 128
    private static let settingLimit = 32

    private let phrase = UnsafeMutablePointer<CChar>.allocate(capacity: PasswordHash.byteLimit + 1)
    private let settings = UnsafeMutablePointer<CChar>.allocate(capacity: settingLimit * settingBytes)
    private let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
    private var count = 0
    private var isMatch = false
    private var output: UnsafeMutablePointer<CChar>?
    /// The processor time of the last `run`, in seconds.
    private(set) var seconds = 0.0

    deinit {
        for memory in [phrase, settings] { memory.deallocate() }
        data.deallocate()
    }

    /// Hashes on the current thread.
    static func outcome(of work: PasswordWork) -> PasswordWork.Outcome {
        let memory = BcryptMemory()
        memory.load(work)
        memory.run()
        return memory.unload()
    }

    func load(_ work: PasswordWork) {
        precondition(work.settings.count <= Self.settingLimit, "more settings than one password needs")
        memset(data, 0, MemoryLayout<crypt_data>.size)
        strcpy(phrase, work.phrase)
        for (number, setting) in work.settings.enumerated() {
            // A longer setting is not one of ours. libcrypt rejects the empty one.
            let text = setting.utf8.count < Self.settingBytes ? setting : ""
            strcpy(settings + number * Self.settingBytes, text)
        }
        (count, isMatch, output) = (work.settings.count, false, nil)
    }

    func run() {
        let start = Self.threadSeconds()
        for number in 0 ..< count {
            let setting = settings + number * Self.settingBytes
            output = crypt_r(phrase, setting, data)
            if number == 0, let output, Self.isSame(output, setting) {
                isMatch = true
                break
            }
        }
        seconds = Self.threadSeconds() - start
    }

    /// Returns the outcome, and erases the password from memory.
    func unload() -> PasswordWork.Outcome {
        let hash = output.map { String(cString: $0) }
        explicit_bzero(phrase, PasswordHash.byteLimit + 1)
        explicit_bzero(data, MemoryLayout<crypt_data>.size)
        output = nil
        return PasswordWork.Outcome(hash: hash.flatMap { $0.hasPrefix("*") ? nil : $0 }, isMatch: isMatch)
    }

    /// Compares in a time that does not depend on the position of the first difference.
    private static func isSame(_ one: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Bool {
        let length = strlen(one)
        guard length == strlen(other) else { return false }
        var difference: CChar = 0
        for index in 0 ..< length { difference |= one[index] ^ other[index] }
        return difference == 0
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
