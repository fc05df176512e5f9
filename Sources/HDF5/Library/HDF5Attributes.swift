import CHDF5

/// The attributes of a group or dataset.
public struct HDF5Attributes: Sendable {
    private let source: Source
    private let owner: String
    private let file: OpenFile

    init(of source: Source, named owner: String, in file: OpenFile) {
        self.source = source
        self.owner = owner
        self.file = file
    }

    /// Returns whether an attribute exists.
    public func contains(_ name: String) throws -> Bool {
        if case .parsed(_, let object) = source { return object.attributes[name] != nil }
        return try Library.locked {
            let found = H5Aexists(handle.id, name)
            guard found >= 0 else { throw damaged(name, Library.lastReason()) }
            return found > 0
        }
    }

    /// Returns one string.
    ///
    /// - Throws: `HDF5Error.missing`, `.type`, `.shape`, `.tooLarge`, `.damaged`.
    public func string(_ name: String) throws -> String {
        let values = try strings(name)
        guard values.count == 1 else { throw wrongCount(name, values.count) }
        return values[0]
    }

    /// Returns strings of fixed or variable length.
    ///
    /// An empty array of any type is an empty array of strings, because Keras writes one for a layer without weights.
    public func strings(_ name: String) throws -> [String] {
        if case .parsed(let parsedFile, let object) = source {
            guard let array = object.attributes[name] else { throw missing(name) }
            if array.count == 0 { return [] }
            guard array.type.stored.isText else { throw wrongType(name, "string", array.type.stored) }
            return try parsedFile.strings(of: array, object: self.object(name))
        }
        return try reading(name) { id, type, count in
            if count == 0 { return [] }
            let stored = StoredType(of: type)
            switch stored {
            case .string(let bytes):
                try checkSize(name, count, bytes)
                return try StringBuffer.fixed(count: count, bytes: bytes, type: type) {
                    guard H5Aread(id, type, $0) >= 0 else { throw damaged(name, Library.lastReason()) }
                }
            case .variableString:
                // libhdf5 1.10 trusts the length in the file's heap and may write beyond the buffer.
                guard file.hasValidChecksum else { throw wrongType(name, "fixed-length string", stored) }
                try checkSize(name, count, stored.bytes)
                return try Handle.with(H5Aget_space(id), orThrow: { damaged(name, $0) }) { space in
                    try StringBuffer.variable(count: count, type: type, space: space) {
                        guard H5Aread(id, type, $0) >= 0 else { throw damaged(name, Library.lastReason()) }
                    }
                }
            default: throw wrongType(name, "string", stored)
            }
        }
    }

    /// Returns the strings of the attribute `name`, or those that Keras split over `name0`, `name1`, … because they do
    /// not fit one attribute.
    public func splitStrings(_ name: String) throws -> [String] {
        if try contains(name) { return try strings(name) }
        guard try contains("\(name)0") else { throw missing(name) }
        var all: [String] = []
        var part = 0
        while try contains("\(name)\(part)") {
            all += try strings("\(name)\(part)")
            part += 1
        }
        return all
    }

    /// Returns one number.
    public func value<Scalar: HDF5Scalar>(_ name: String, as: Scalar.Type = Scalar.self) throws -> Scalar {
        let values = try values(name, as: Scalar.self)
        guard values.count == 1 else { throw wrongCount(name, values.count) }
        return values[0]
    }

    /// Returns numbers of any shape in row-major order.
    public func values<Scalar: HDF5Scalar>(_ name: String, as: Scalar.Type = Scalar.self) throws -> [Scalar] {
        if case .parsed(let parsedFile, let object) = source {
            guard let array = object.attributes[name] else { throw missing(name) }
            if array.count == 0 { return [] }
            guard array.type.stored.converts(to: Scalar.elementType) else {
                throw wrongType(name, Scalar.elementType.description, array.type.stored)
            }
            return try parsedFile.values(of: array, object: self.object(name))
        }
        return try reading(name) { id, type, count in
            if count == 0 { return [] }
            let stored = StoredType(of: type)
            guard stored.converts(to: Scalar.elementType) else {
                throw wrongType(name, Scalar.elementType.description, stored)
            }
            try checkSize(name, count, stored.bytes)
            var values = [Scalar](repeating: .zero, count: count)
            guard H5Aread(id, Scalar.elementType.native, &values) >= 0 else {
                throw damaged(name, Library.lastReason())
            }
            return values
        }
    }
}

extension HDF5Attributes {
    /// Writes a string.
    ///
    /// - Precondition: the string has no NUL character.
    /// - Throws: `HDF5Error.cannotWrite`, also if the attribute exists already.
    public func set(_ name: String, to text: String) throws {
        try set(name, strings: [text], space: H5Screate(H5S_SCALAR))
    }

    /// Writes strings.
    public func set(_ name: String, to texts: [String]) throws {
        try set(name, strings: texts, space: simpleSpace(texts.count))
    }

    /// Writes one number.
    public func set<Scalar: HDF5Scalar>(_ name: String, to value: Scalar) throws {
        try set(name, numbers: [value], space: H5Screate(H5S_SCALAR))
    }

    /// Writes numbers.
    public func set<Scalar: HDF5Scalar>(_ name: String, to values: [Scalar]) throws {
        try set(name, numbers: values, space: simpleSpace(values.count))
    }

    private func set(_ name: String, strings: [String], space: @autoclosure () -> hid_t) throws {
        try Library.locked {
            let (bytes, width) = StringBuffer.padded(strings)
            let failure = { cannotWrite(name, $0) }
            try Handle.with(StringBuffer.type(width: width), orThrow: failure) { type in
                try write(name, type: type, memoryType: type, space: space(), bytes)
            }
        }
    }

    private func set<Scalar: HDF5Scalar>(_ name: String, numbers: [Scalar], space: @autoclosure () -> hid_t) throws {
        try Library.locked {
            let type = Scalar.elementType
            try write(name, type: type.stored, memoryType: type.native, space: space(), numbers)
        }
    }

    private func write<Element: BitwiseCopyable>(
        _ name: String, type: hid_t, memoryType: hid_t, space: hid_t, _ elements: [Element]
    ) throws {
        let failure = { cannotWrite(name, $0) }
        try Handle.with(space, orThrow: failure) { space in
            let id = H5Acreate2(handle.id, name, type, space, chdf5_default(), chdf5_default())
            try Handle.with(id, orThrow: failure) { id in
                guard elements.isEmpty || H5Awrite(id, memoryType, elements) >= 0 else {
                    throw failure(Library.lastReason())
                }
            }
        }
    }

    private func simpleSpace(_ count: Int) -> hid_t {
        var length = hsize_t(count)
        return H5Screate_simple(1, &length, nil)
    }
}

extension HDF5Attributes {
    private func reading<Result>(
        _ name: String, _ body: (_ id: hid_t, _ type: hid_t, _ count: Int) throws -> Result
    ) throws -> Result {
        try Library.locked {
            guard try contains(name) else { throw missing(name) }
            let failure = { damaged(name, $0) }
            return try Handle.with(H5Aopen(handle.id, name, chdf5_default()), orThrow: failure) { id in
                let count = try Handle.with(H5Aget_space(id), orThrow: failure, H5Sget_simple_extent_npoints)
                guard count >= 0 else { throw damaged(name, Library.lastReason()) }
                return try Handle.with(H5Aget_type(id), orThrow: failure) { try body(id, $0, Int(count)) }
            }
        }
    }

    /// The libhdf5 handle of the owner.
    ///
    /// - Precondition: the file is open in libhdf5. Files that are read without it are never written.
    private var handle: Handle {
        guard case .library(let handle) = source else { preconditionFailure("\(file.path) is open for reading") }
        return handle
    }

    /// Throws if an attribute is larger than its file. Attributes are stored uncompressed.
    private func checkSize(_ name: String, _ count: Int, _ bytes: Int) throws {
        let (total, overflow) = count.multipliedReportingOverflow(by: bytes)
        let limit = min(file.size, file.largestRead)
        guard !overflow, total <= limit else {
            throw HDF5Error.tooLarge(
                path: file.path, object: object(name), bytes: overflow ? .max : total, limit: limit)
        }
    }

    private func object(_ name: String) -> String { "attribute \(name) of \(owner)" }

    private func missing(_ name: String) -> HDF5Error { .missing(path: file.path, object: object(name)) }

    private func damaged(_ name: String, _ reason: String) -> HDF5Error {
        .damaged(path: file.path, object: object(name), reason: reason)
    }

    private func cannotWrite(_ name: String, _ reason: String) -> HDF5Error {
        .cannotWrite(path: file.path, object: object(name), reason: reason)
    }

    private func wrongType(_ name: String, _ expected: String, _ found: StoredType) -> HDF5Error {
        .type(path: file.path, object: object(name), expected: expected, found: found.description)
    }

    private func wrongCount(_ name: String, _ count: Int) -> HDF5Error {
        .shape(path: file.path, object: object(name), expected: [], found: [count])
    }
}
