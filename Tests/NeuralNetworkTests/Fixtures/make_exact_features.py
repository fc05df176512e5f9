"""Computes features of six reference images with Keras in float64: mobilenetv2_exact_features.f64, 6 x 1280, little-endian.

The features in ../shared/oracles/mobilenetv2 are float32 results stored as float64. They differ by up to 2.7e-5 from
those that Keras computes in float64, which this script writes.

Usage: python make_exact_features.py SHARED_FOLDER   (tensorflow-cpu with keras 3.15.1, numpy 2)
"""

import os
import sys

import keras
import numpy

PICTURES = [0, 4, 8, 12, 16, 20]  # one of each class

shared = sys.argv[1]
keras.config.set_floatx("float64")
network = keras.applications.MobileNetV2(
    input_shape=(224, 224, 3), include_top=False, weights=None, pooling="avg"
)
network.load_weights(os.path.join(shared, "weights/mobilenet_v2_1.0_224_no_top_imagenet.h5"))
gray = numpy.fromfile(os.path.join(shared, "oracles/mobilenetv2/images_u8_24x224x224.bin"), numpy.uint8)
scaled = gray.reshape(24, 224, 224)[PICTURES].astype(numpy.float64) / 127.5 - 1
features = network.predict(numpy.repeat(scaled[..., None], 3, axis=-1), verbose=0)
assert features.dtype == numpy.float64
folder = os.path.dirname(os.path.abspath(__file__))
features.astype("<f8").tofile(os.path.join(folder, "mobilenetv2_exact_features.f64"))
