import Files
import Foundation
import Processes

/// A helper program that reads a kind of file, in a child process under limits.
struct Converter {
    let program: String
    /// The Debian package of the program.
    let package: String
    let kind: RecordingKind
    var limits = Converter.usualLimits

    static let dicom = Converter(program: "dcm2json", package: "dcmtk", kind: .dicom)
    static let biosig = Converter(program: "save2gdf", package: "biosig-tools", kind: .scp)

    /// A day of three leads at 1000 Hz stays below each of these on one core.
    static let usualLimits = ChildProcess.Limits(seconds: 120, memoryBytes: 4 << 30, outputBytes: 2 << 30)

    /// Runs the program in a new folder and returns the file that it wrote.
    ///
    /// - Parameter arguments: for an input file and an output file; the output is written to stdout if they do not
    ///   contain its path.
    /// - Throws: `RecordingFormatError`.
    func output(of path: String, arguments: (_ input: String, _ output: String) -> [String]) throws -> Data {
        let folder = try PrivateFolder()
        let output = folder("output")
        let words = arguments(URL(fileURLWithPath: path).path, output)
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.run(
                program, words, in: nil, output: words.contains(output) ? folder("stdout") : output,
                limits: limits)
        } catch ChildProcessError.notInstalled {
            throw RecordingFormatError.notInstalled(path: path, program: program, package: package)
        } catch ChildProcessError.timeout(_, let seconds) {
            throw RecordingFormatError.timeout(path: path, program: program, seconds: seconds)
        } catch ChildProcessError.memoryLimit(_, let bytes) {
            throw RecordingFormatError.memoryLimit(path: path, program: program, bytes: bytes)
        } catch ChildProcessError.outputLimit(_, let bytes) {
            throw RecordingFormatError.outputLimit(path: path, program: program, bytes: bytes)
        }
        guard outcome.status == 0, let data = try? Data(contentsOf: URL(fileURLWithPath: output)), !data.isEmpty else {
            // The last line of stderr has the reason. It may name the temporary folder.
            let message = outcome.errors.split(separator: "\n").last.map(String.init) ?? ""
            throw RecordingFormatError.conversion(
                path: path, kind: kind, program: program,
                message: message.replacing(folder.path + "/", with: "").trimmingCharacters(in: .whitespaces))
        }
        return data
    }
}
