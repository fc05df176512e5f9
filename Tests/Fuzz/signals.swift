import Files
import Foundation

@testable import Signals

/// A folder in memory with a segment that inputs may name.
private let folder: String = {
    let path = "/dev/shm/wfdb-fuzz-\(getpid())"
    try! AtomicFile.makeFolder(path)
    try! AtomicFile.write("s 2 250 4\ns.dat 80 1/mV 8 0 0 0 0 I\ns.dat 80 1/mV 8 0 0 0 0 II\n", to: "\(path)/s.hea")
    try! AtomicFile.write(Data([1, 2, 3, 4, 5, 6, 7, 8]), to: "\(path)/s.dat")
    atexit { try? FileManager.default.removeItem(atPath: folder) }
    return path
}()

/// Writes without waiting for a disk.
private func write(_ data: Data, to name: String) {
    let file = fopen("\(folder)/\(name)", "wb")!
    data.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    fclose(file)
}

/// Reads a record: the header's text, a zero byte, and the content of `r.dat`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    let end = data.firstIndex(of: 0) ?? data.endIndex
    write(data[..<end], to: "r.hea")
    write(data[min(end + 1, data.endIndex)...], to: "r.dat")
    do {
        let reader = try WFDBRecordReader("\(folder)/r")
        let last = try reader.recording(in: max(0, reader.sampleCount - 300) ..< reader.sampleCount)
        let whole = try WFDBRecord("\(folder)/r", sampleLimit: 1 << 16).recording
        precondition(whole.leads.map(\.name) == reader.leadNames && whole.sampleCount == reader.sampleCount)
        for (lead, part) in zip(whole.leads, last.leads) {
            precondition(lead.samples.suffix(300).map(\.bitPattern) == part.samples.map(\.bitPattern))
        }
    } catch {
        precondition((error is WFDBError || error is FileError) && "\(error)".hasPrefix(folder))
    }
    return 0
}
