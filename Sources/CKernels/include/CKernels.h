#pragma once

#include "classifiers.h"
#include "network.h"
#include "row_products.h"
#include "training.h"
