// All of nn: #include "client/cpp/nn/nn.h".
#pragma once

#include "client/cpp/nn/activation.h"
#include "client/cpp/nn/dropout.h"
#include "client/cpp/nn/embedding.h"
#include "client/cpp/nn/flatten.h"
#include "client/cpp/nn/init.h"
#include "client/cpp/nn/linear.h"
#include "client/cpp/nn/loss.h"
#include "client/cpp/nn/module.h"
#include "client/cpp/nn/sequential.h"
