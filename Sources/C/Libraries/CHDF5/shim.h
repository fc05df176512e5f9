#pragma once
#include <hdf5.h>

// Swift cannot import HDF5's constants, because they are macros that call H5open() and read a global. Each one in use
// has a function.

static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_uint32(void) { return H5T_NATIVE_UINT32; }

// Stored types are little-endian, so that the bytes of a file do not depend on the machine.
static inline hid_t chdf5_stored_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_stored_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_stored_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_stored_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_stored_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_stored_uint32(void) { return H5T_STD_U32LE; }

// HDF5 1.10 has no IEEE half-precision type. The order matters, because every step must leave a valid type.
static inline hid_t chdf5_make_half(void) {
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    if (type < 0) return type;
    if (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 || H5Tset_ebias(type, 15) < 0) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }

static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_creation(void) { return H5P_DATASET_CREATE; }

static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_exclusive(void) { return H5F_ACC_EXCL; }

// A constant defined with a cast, which Swift cannot import.
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_all(void) { return H5S_ALL; }

// Versioned by macro: the struct and the function must have the same version.
static inline herr_t chdf5_link_type(hid_t group, const char *name, H5L_type_t *type) {
    H5L_info_t info;
    herr_t status = H5Lget_info(group, name, &info, H5P_DEFAULT);
    *type = info.type;
    return status;
}

// In thread-safe builds of libhdf5, printing is a setting of the calling thread.
static inline void chdf5_be_silent(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
static inline void chdf5_forget_errors(void) { H5Eclear2(H5E_DEFAULT); }
static inline herr_t chdf5_walk_errors(H5E_walk2_t visit, void *context) {
    return H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, visit, context);
}
