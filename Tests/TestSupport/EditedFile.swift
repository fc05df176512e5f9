import Foundation
import HDF5
import LinearAlgebra

/// Copies a file with modified content and a valid checksum.
package struct EditedFile {
    package enum Value {
        case floats([Float], [Int])
        case doubles([Double], [Int])
        case integers([Int], [Int])
        case bytes([UInt8], [Int])
        case text(String)
        case texts([String])
        case number(Double)
        case whole(Int)
        case removed
    }

    /// Edits by the path of a dataset (`/ensemble/scale`), or of a group and attribute (`/ensemble tuning`). The path
    /// of a group removes the group.
    package let edits: [String: Value]
    package let attributes: [String]

    /// - Parameter attributes: The names of all attributes in the file.
    package static func write(
        _ edits: [String: Value], of source: String, to target: String, header: ChecksumHeader, attributes: [String]
    ) throws {
        let root = try HDF5File.open(source, header: header).root
        try HDF5File.create(target, header: header) {
            try EditedFile(edits: edits, attributes: attributes).copy(root, to: $0)
        }
    }

    private func copy(_ source: HDF5Group, to target: HDF5Group) throws {
        for name in attributes where try source.attributes.contains(name) {
            try set(edits["\(source.path) \(name)"] ?? original(of: name, in: source.attributes), name, target)
        }
        for child in try source.children() {
            let path = (source.path == "/" ? "" : source.path) + "/" + child.name
            if case .removed? = edits[path] { continue }
            if child.kind == .group {
                try copy(source.group(child.name), to: target.makeGroup(child.name))
            } else {
                try write(edits[path] ?? original(of: source.dataset(child.name)), child.name, target)
            }
        }
    }

    private func original(of name: String, in attributes: HDF5Attributes) throws -> Value {
        if let texts = try? attributes.strings(name) {
            return name == "members" ? .texts(texts) : .text(texts[0])
        }
        if let whole = try? attributes.value(name, as: Int.self) { return .whole(whole) }
        return .number(try attributes.value(name, as: Double.self))
    }

    private func original(of dataset: HDF5Dataset) throws -> Value {
        switch dataset.stored {
        case .float(bytes: 4): .floats(try dataset.values(), dataset.shape)
        case .float: .doubles(try dataset.values(), dataset.shape)
        case .integer(bytes: 1, signed: false): .bytes(try dataset.values(), dataset.shape)
        case .integer: .integers(try dataset.values(), dataset.shape)
        default: .texts(try dataset.strings())
        }
    }

    private func set(_ value: Value, _ name: String, _ group: HDF5Group) throws {
        switch value {
        case .text(let text): try group.attributes.set(name, to: text)
        case .texts(let texts): try group.attributes.set(name, to: texts)
        case .number(let number): try group.attributes.set(name, to: number)
        case .whole(let whole): try group.attributes.set(name, to: whole)
        case .removed: break
        case .floats, .doubles, .integers, .bytes:
            preconditionFailure("\(name): arrays are not supported in attributes")
        }
    }

    private func write(_ value: Value, _ name: String, _ group: HDF5Group) throws {
        switch value {
        case .floats(let values, let shape): try group.write(values, shape: shape, to: name)
        case .doubles(let values, let shape): try group.write(values, shape: shape, to: name)
        case .integers(let values, let shape): try group.write(values, shape: shape, to: name)
        case .bytes(let values, let shape): try group.write(values, shape: shape, to: name)
        case .texts(let texts): try group.write(texts, to: name)
        case .removed: break
        case .text, .number, .whole: preconditionFailure("\(name): single values are not supported in datasets")
        }
    }

    /// The attributes of a model file.
    package static let modelAttributes = [
        "name", "label_space", "preprocessing", "extractor", "policy", "provenance", "rows", "tuning", "members",
        "scaling", "threshold", "kernel", "gamma", "base", "clustering", "precision",
    ]
}
