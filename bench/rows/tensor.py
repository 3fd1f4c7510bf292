"""Large tensors to and from the server."""

from harness.row import Row, at_least


def beside_bare(direction):
    def open_row(bench):
        return (bench.measurer(f"tensor.{direction}", target=bench.gradd().address),
                lambda: bench.measurer(f"bare.{direction}", target=bench.bare().address))
    return open_row


BARE = "bare gRPC stream of bytes into memory in use, best chunk size"

ROWS = [
    Row("tensor.upload", "ms/64 MB", "sync", BARE, at_least(0.95), beside_bare("upload")),
    Row("tensor.download", "ms/64 MB", "sync", BARE, at_least(0.95), beside_bare("download")),
]
