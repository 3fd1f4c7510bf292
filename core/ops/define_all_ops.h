// The body is generated from op_list.txt.
#pragma once

namespace gradd::ops {

// Defines every listed op. Called once, by the op table.
void DefineAllOps();

}  // namespace gradd::ops
