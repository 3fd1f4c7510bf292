// The sections of PyTorch's tutorial "The Fundamentals of Autograd", each printing what it shows.
// pytorch.py is the same in Python against local PyTorch.
#pragma once

#include "client/cpp/gradd.h"

namespace tutorial {

void Title(const char* text);

void Graph();     // 1, 2 and 3
void Training();  // 4
void Modes();     // 5 and 6
void Vectors();   // 8

// `scale` * sin(`step` * i) for i = 1, 2, ...: numbers without a pattern that every machine
// computes alike.
gradd::Tensor Waves(const gradd::Dims& shape, double scale, double step);

}  // namespace tutorial
