import CHDF5

/// A group of an open HDF5 file, with attributes, groups and datasets.
///
/// Names may be paths relative to the group (`layers/conv2d/vars/0`).
public struct HDF5Group: Sendable {
    /// The absolute path, beginning with `/`.
    public let path: String
    let file: OpenFile
    let source: Source

    /// The kind of object that a name refers to.
    public enum ChildKind: Sendable, Equatable {
        case group, dataset
        /// A soft or external link, or a named datatype, none of which are supported.
        case other
    }

    public struct Child: Sendable, Equatable {
        public let name: String
        public let kind: ChildKind
    }

    public var attributes: HDF5Attributes { HDF5Attributes(of: source, named: path, in: file) }

    /// Returns the members of the group, sorted by the bytes of their names.
    ///
    /// - Throws: `HDF5Error.damaged`.
    public func children() throws -> [Child] {
        if case .parsed(_, let object) = source {
            return object.children.map { Child(name: $0.key, kind: $0.value.kind) }
                .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
        return try Library.locked {
            var names: [String] = []
            let status = withUnsafeMutablePointer(to: &names) { pointer in
                H5Literate(
                    handle.id, H5_INDEX_NAME, H5_ITER_INC, nil,
                    { _, name, _, context in
                        guard let name else { return -1 }
                        context!.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                        return 0
                    }, pointer)
            }
            guard status >= 0 else { throw damaged(path, Library.lastReason()) }
            return try names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { Child(name: $0, kind: try kind(of: $0)) }
        }
    }

    /// Returns whether a group or dataset of this name exists.
    public func contains(_ name: String) throws -> Bool {
        if case .parsed(_, let object) = source {
            return object[Self.components(name)].map { $0.kind != .other } ?? false
        }
        do {
            return try Library.locked { try exists(name) }
        } catch HDF5Error.kind {
            return false
        }
    }

    /// - Throws: `HDF5Error.missing`, `.kind`, `.damaged`.
    public func group(_ name: String) throws -> HDF5Group {
        HDF5Group(path: full(name), file: file, source: try open(name, as: .group))
    }

    /// - Throws: `HDF5Error.missing`, `.kind`, `.tooLarge`, `.damaged`.
    public func dataset(_ name: String) throws -> HDF5Dataset {
        try HDF5Dataset(path: full(name), file: file, source: open(name, as: .dataset))
    }

    /// Creates an empty group and its missing parents.
    ///
    /// - Throws: `HDF5Error.cannotWrite`, also if the group exists already.
    public func makeGroup(_ name: String) throws -> HDF5Group {
        try Library.locked {
            var group = self
            let components = Self.components(name)
            precondition(!components.isEmpty, "a group name must not be empty")
            for (index, component) in components.enumerated() {
                if index < components.count - 1, try group.exists(component) {
                    group = try group.group(component)
                } else {
                    group = try group.makeChildGroup(component)
                }
            }
            return group
        }
    }
}

extension HDF5Group {
    init(opening name: String, of parent: Handle, in file: OpenFile) throws {
        let id = Library.locked { H5Gopen2(parent.id, name, chdf5_default()) }
        guard id >= 0 else {
            throw HDF5Error.cannotOpen(path: file.path, reason: Library.locked { Library.lastReason() })
        }
        self.init(path: name, file: file, source: .library(Handle(id, of: parent)))
    }

    /// The libhdf5 handle.
    ///
    /// - Precondition: the file is open in libhdf5. Files that are read without it are never written.
    var handle: Handle {
        guard case .library(let handle) = source else { preconditionFailure("\(file.path) is open for reading") }
        return handle
    }

    func full(_ name: String) -> String {
        ((path == "/" ? [] : [path.dropFirst()]) + Self.components(name)[...].map { $0[...] })
            .reduce("") { $0 + "/" + $1 }
    }

    func damaged(_ object: String, _ reason: String) -> HDF5Error {
        .damaged(path: file.path, object: object, reason: reason)
    }

    static func components(_ name: String) -> [String] {
        name.split(separator: "/").map(String.init)
    }

    private func makeChildGroup(_ name: String) throws -> HDF5Group {
        let failure = { HDF5Error.cannotWrite(path: file.path, object: full(name), reason: $0) }
        let id = try Handle.with(H5Pcreate(chdf5_group_creation()), orThrow: failure) { creation in
            H5Pset_obj_track_times(creation, false)
            return H5Gcreate2(handle.id, name, chdf5_default(), creation, chdf5_default())
        }
        guard id >= 0 else { throw failure(Library.lastReason()) }
        return HDF5Group(path: full(name), file: file, source: .library(Handle(id, of: handle)))
    }

    /// Returns whether every link of a path exists.
    ///
    /// - Throws: `HDF5Error.kind` for a soft or external link, because a file must not make the program open another
    ///   one.
    private func exists(_ name: String) throws -> Bool {
        var prefix = ""
        for component in Self.components(name) {
            if !prefix.isEmpty, try kind(of: prefix) != .group { return false }
            prefix += prefix.isEmpty ? component : "/" + component
            let found = H5Lexists(handle.id, prefix, chdf5_default())
            guard found >= 0 else { throw damaged(full(prefix), Library.lastReason()) }
            guard found > 0 else { return false }
            var type = H5L_TYPE_ERROR
            guard chdf5_link_type(handle.id, prefix, &type) >= 0 else {
                throw damaged(full(prefix), Library.lastReason())
            }
            guard type == H5L_TYPE_HARD else {
                throw HDF5Error.kind(
                    path: file.path, object: full(prefix), expected: "group or dataset",
                    found: type == H5L_TYPE_EXTERNAL ? "external link" : "soft link")
            }
        }
        return true
    }

    private func open(_ name: String, as kind: ChildKind) throws -> Source {
        let (opened, found): (Source, ChildKind)
        switch source {
        case .parsed(let parsedFile, let object):
            guard let child = object[Self.components(name)] else {
                throw HDF5Error.missing(path: file.path, object: full(name))
            }
            if case .unsupportedDataset = child.content, kind == .dataset {
                let root = try HDF5File.open(file.path, largestRead: file.largestRead, withoutLibrary: false).root
                return try root.open(full(name), as: kind)
            }
            (opened, found) = (.parsed(parsedFile, child), child.kind)
        case .library(let handle):
            (opened, found) = try Library.locked {
                guard try exists(name) else { throw HDF5Error.missing(path: file.path, object: full(name)) }
                let id = H5Oopen(handle.id, name, chdf5_default())
                guard id >= 0 else { throw damaged(full(name), Library.lastReason()) }
                return (.library(Handle(id, of: handle)), Self.kind(of: H5Iget_type(id)))
            }
        }
        guard found == kind else {
            throw HDF5Error.kind(
                path: file.path, object: full(name), expected: Self.word(kind), found: Self.word(found))
        }
        return opened
    }

    private func kind(of name: String) throws -> ChildKind {
        var link = H5L_TYPE_ERROR
        guard chdf5_link_type(handle.id, name, &link) >= 0 else { throw damaged(full(name), Library.lastReason()) }
        guard link == H5L_TYPE_HARD else { return .other }
        return try Handle.with(
            H5Oopen(handle.id, name, chdf5_default()), orThrow: { damaged(full(name), $0) },
            { Self.kind(of: H5Iget_type($0)) })
    }

    private static func kind(of type: H5I_type_t) -> ChildKind {
        type == H5I_GROUP ? .group : type == H5I_DATASET ? .dataset : .other
    }

    private static func word(_ kind: ChildKind) -> String {
        switch kind {
        case .group: "group"
        case .dataset: "dataset"
        case .other: "link or named datatype"
        }
    }
}
