#pragma once
#include "classifiers.h"
