import CHDF5

/// The loaded libhdf5.
public enum HDF5Library {
    /// The version, for example `1.10.8`.
    public static var version: String {
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        Library.locked { _ = H5get_libversion(&major, &minor, &release) }
        return "\(major).\(minor).\(release)"
    }
}
