"""Each rule of tools/check_layers.py, against a small tree that breaks it."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import check_layers  # noqa: E402

ONCE = "#pragma once\n"


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        for parent in file.relative_to(self.root).parents[:-1]:
            readme = self.root / parent / "README.md"
            if not readme.exists():
                readme.write_text("what is here\n", encoding="utf-8")

    def findings(self, files):
        for path, text in files.items():
            self.write(path, text)
        return check_layers.check(self.root)[0]

    def accepts(self, files):
        self.assertEqual(self.findings(files), [])

    def rejects(self, files, where, rule):
        findings = self.findings(files)
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(where + ": "), findings)
        self.assertIn(rule, findings[0])

    def test_an_empty_tree_follows_the_rules(self):
        self.accepts({})

    def test_a_layer_may_include_those_before_it(self):
        self.accepts({
            "core/spec/shape.h": ONCE + '#include <vector>\n\n#include "core/base/status.h"\n',
            "core/runtime/eager.cc": '#include "core/spec/shape.h"\n#include "core/kernels/k.h"\n',
        })

    def test_a_layer_may_not_include_a_later_one(self):
        self.rejects({"core/ops/op.cc": '\n#include "core/tensor/tensor.h"\n'},
                     "core/ops/op.cc:2", "core/ops may not include core/tensor")

    def test_core_may_not_include_the_server_or_the_codec(self):
        self.rejects({"core/optim/sgd.cc": '#include "server/limits.h"\n'},
                     "core/optim/sgd.cc:1", "may not include server")
        self.setUp()
        self.rejects({"core/ops/a.cc": '#include "proto/codec/spec.h"\n'},
                     "core/ops/a.cc:1", "may not include proto/codec")

    def test_the_client_links_nothing_below_its_line(self):
        self.accepts({"client/cpp/tensor.h": ONCE + '#include "core/transforms/jvp.h"\n'})
        self.rejects({"client/cpp/run.cc": '#include "core/device/device.h"\n'},
                     "client/cpp/run.cc:1", "may not include core/device")

    def test_the_codec_knows_the_wire_and_the_ops(self):
        self.accepts({"proto/codec/spec.cc":
                      '#include "core/ops/op.h"\n#include "gradd/v1/tensor.pb.h"\n'})
        self.rejects({"proto/codec/batch.cc": '#include "core/transforms/batch.h"\n'},
                     "proto/codec/batch.cc:1", "may not include core/transforms")

    def test_core_includes_no_protobuf(self):
        for header in ("gradd/v1/tensor.pb.h", "google/protobuf/arena.h", "google/rpc/status.pb.h"):
            self.setUp()
            self.rejects({"core/spec/a.cc": f'#include "{header}"\n'},
                         "core/spec/a.cc:1", "protobuf headers belong to")

    def test_grpc_stays_at_the_edge_of_the_server(self):
        self.accepts({
            "server/main.cc": "#include <grpcpp/grpcpp.h>\n",
            "server/rpc/stream.cc": '#include "gradd/v1/service.grpc.pb.h"\n',
            "server/handlers/tensors.cc": "#include <grpcpp/grpcpp.h>\n",
        })
        self.rejects({"server/session/session.cc": "#include <grpcpp/support/status.h>\n"},
                     "server/session/session.cc:1", "gRPC headers belong to")

    def test_prometheus_stays_in_the_metrics(self):
        self.accepts({"server/metrics/ops.cc": "#include <prometheus/registry.h>\n"})
        self.rejects({"server/rpc/calls.cc": "#include <prometheus/counter.h>\n"},
                     "server/rpc/calls.cc:1", "Prometheus headers belong to")

    def test_cuda_stays_in_its_module(self):
        self.accepts({"core/kernels/cuda/copy.cu":
                      "#include <cuda_runtime.h>\n#include <cub/cub.cuh>\n"})
        self.rejects({"core/device/device.cc": "#include <cuda_runtime_api.h>\n"},
                     "core/device/device.cc:1", "CUDA headers belong to")

    def test_nothing_but_the_module_includes_the_cuda_folders(self):
        self.accepts({"core/kernels/cuda/gemm.cu": '#include "core/device/cuda/stream.h"\n'})
        self.rejects({"core/runtime/backend.cc": '#include "core/device/cuda/stream.h"\n'},
                     "core/runtime/backend.cc:1", "may not include core/device/cuda")

    def test_a_formula_includes_only_the_scalar(self):
        self.accepts({
            "core/ops/pointwise/sin.h": ONCE + '#include "core/ops/scalar.h"\n',
            "core/ops/pointwise/rules.h": ONCE + "#include <vector>\n",
        })
        self.rejects({"core/ops/pointwise/cos.h": ONCE + "#include <cmath>\n"},
                     "core/ops/pointwise/cos.h:2", "a formula includes only")

    def test_includes_are_written_from_the_root_and_quoted(self):
        self.rejects({"core/spec/a.h": ONCE, "core/spec/a.cc": '#include "a.h"\n'},
                     "core/spec/a.cc:1", "from the repository root")
        self.setUp()
        self.rejects({"core/spec/a.cc": "#include <core/spec/a.h>\n"},
                     "core/spec/a.cc:1", "are quoted")

    def test_a_header_has_a_guard(self):
        self.accepts({
            "core/base/a.h": "// Why.\n\n" + ONCE,
            "core/base/b.h": "/* Why. */\n#ifndef B_H_\n#define B_H_\n#endif\n",
        })
        self.rejects({"core/base/c.h": "// #pragma once\nint c();\n"},
                     "core/base/c.h:1", "include guard")

    def test_comments_are_not_includes(self):
        self.accepts({"core/base/a.cc":
                      '// #include "server/a.h"\n/*\n#include "server/b.h"\n*/\n'})

    def test_folders_do_not_include_each_other(self):
        self.rejects({
            "server/rpc/a.h": ONCE + '#include "server/session/b.h"\n',
            "server/session/b.h": ONCE + '#include "server/admission/c.h"\n',
            "server/admission/c.h": ONCE + '#include "server/rpc/a.h"\n',
        }, "server/session/b.h:2",
            "server/admission -> server/rpc -> server/session -> server/admission")

    def test_a_folder_and_its_subfolder_are_one(self):
        self.accepts({
            "core/ops/table.cc": '#include "core/ops/pointwise/sin.h"\n',
            "core/ops/pointwise/sin.h": ONCE + '#include "core/ops/scalar.h"\n',
            "core/ops/scalar.h": ONCE,
        })

    def test_the_families_of_ops_may_include_each_other(self):
        self.accepts({
            "core/ops/view/expand.cc": '#include "core/ops/reduction/sum.h"\n',
            "core/ops/view/expand.h": ONCE,
            "core/ops/reduction/sum.cc": '#include "core/ops/view/expand.h"\n',
            "core/ops/reduction/sum.h": ONCE,
        })

    def test_a_readme_is_there_and_short(self):
        self.write("core/spec/a.cc", "")
        (self.root / "core/spec/README.md").unlink()
        self.rejects({}, "core/spec/README.md:1", "missing")
        self.rejects({"core/spec/README.md": "line\n" * 11}, "core/spec/README.md:11", "at most 10")


if __name__ == "__main__":
    unittest.main()
