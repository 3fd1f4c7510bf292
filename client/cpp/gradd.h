// Everything that a program needs: #include "client/cpp/gradd.h".
#pragma once

#include "client/cpp/autograd.h"
#include "client/cpp/connection.h"
#include "client/cpp/error.h"
#include "client/cpp/factories.h"
#include "client/cpp/grad_mode.h"
#include "client/cpp/nn/nn.h"
#include "client/cpp/optim/adam.h"
#include "client/cpp/optim/rmsprop.h"
#include "client/cpp/optim/sgd.h"
#include "client/cpp/print.h"
#include "client/cpp/rows.h"
#include "client/cpp/tensor.h"
