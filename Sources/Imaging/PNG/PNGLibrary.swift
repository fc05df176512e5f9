import CPNG

/// The loaded libpng.
public enum PNGLibrary {
    /// The version, for example `1.6.39`.
    public static var version: String { String(cString: png_get_libpng_ver(nil)) }
}
