import torch

print("imported", torch.__version__, flush=True)
