import CPNG

/// libpng, as it is loaded.
public enum PNGLibrary {
    /// For example `1.6.39`.
    public static var version: String { String(cString: png_get_libpng_ver(nil)) }
}
