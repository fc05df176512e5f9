#pragma once

#include "classifiers.h"
#include "network.h"
#include "training.h"
